/** Restoring what pgBackRest backed up. */
package dev.lifeboat.restore.pgbackrest;
