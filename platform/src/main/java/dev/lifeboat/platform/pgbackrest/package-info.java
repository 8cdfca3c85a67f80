/** pgBackRest: its configuration, its commands, what it says, and what its errors mean. */
package dev.lifeboat.platform.pgbackrest;
