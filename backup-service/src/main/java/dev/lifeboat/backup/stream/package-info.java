/** The WAL stream of each cluster that is declared with {@code wal.mode: stream}: one in the whole fleet, followed and shown. */
package dev.lifeboat.backup.stream;
