/** What a running cluster consists of and contains, read from a live connection: on the source and on what was restored. */
package dev.lifeboat.platform.inventory;
