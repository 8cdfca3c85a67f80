package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;

/**
 * A base backup that was received whole.
 *
 * @param start where its WAL begins
 * @param stop up to where WAL must be replayed before it is consistent
 * @param timeline of both
 */
public record BaseBackupResult(Lsn start, Lsn stop, int timeline) {}
