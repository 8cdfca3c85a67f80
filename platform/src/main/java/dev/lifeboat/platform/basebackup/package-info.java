/** Base backups as PostgreSQL sends them: tar archives, and the server's own list of what is in them. */
package dev.lifeboat.platform.basebackup;
