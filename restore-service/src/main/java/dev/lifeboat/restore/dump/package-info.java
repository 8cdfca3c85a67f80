/** Restoring what {@code pg_dump} and {@code pg_dumpall} wrote. */
package dev.lifeboat.restore.dump;
