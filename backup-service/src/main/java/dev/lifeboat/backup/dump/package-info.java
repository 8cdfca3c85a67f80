/** Backups by PostgreSQL's own dump programs, straight into the object store. */
package dev.lifeboat.backup.dump;
