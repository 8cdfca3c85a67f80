/**
 * Backups of the server's files over the replication protocol: nothing is installed on the database's host, each archive
 * goes straight into the object store, and what arrives is compared with the server's own manifest on the way.
 */
package dev.lifeboat.backup.physical;
