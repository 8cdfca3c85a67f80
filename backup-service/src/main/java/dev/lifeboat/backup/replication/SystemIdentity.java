package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;

/**
 * Which database system answers, and how far it is.
 *
 * @param systemIdentifier made by initdb, the same on all its standbys
 * @param timeline that it writes, or follows as a standby
 * @param flushed up to where its WAL is durable on it
 */
public record SystemIdentity(String systemIdentifier, int timeline, Lsn flushed) {}
