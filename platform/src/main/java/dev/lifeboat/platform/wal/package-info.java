/**
 * Write-ahead log as it lies in an object store: its keys, its timelines, and what its records say. Whoever stores it and
 * whoever restores from it read it alike.
 */
package dev.lifeboat.platform.wal;
