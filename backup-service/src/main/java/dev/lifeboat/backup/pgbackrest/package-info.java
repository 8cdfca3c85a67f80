/** Backups by pgBackRest: what it needs on the database's host, sets and how they become backups of the catalogue. */
package dev.lifeboat.backup.pgbackrest;
