package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;

/**
 * The end of a timeline that was streamed.
 *
 * @param next the timeline that the server went on with
 * @param switched where that one begins, and where the ended one is over
 */
public record TimelineEnd(int next, Lsn switched) {}
