/** Restores of physical backups: the server's files out of their archives, then the streamed WAL. */
package dev.lifeboat.restore.physical;
