/** The clock and ids. */
package dev.lifeboat.platform.time;
