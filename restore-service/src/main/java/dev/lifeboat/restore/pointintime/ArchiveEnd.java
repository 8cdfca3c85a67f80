package dev.lifeboat.restore.pointintime;

import java.time.Instant;
import java.util.SortedSet;

/**
 * How far the WAL goes that an archive holds of one server.
 *
 * @param timeline that this is about
 * @param timelines all that have WAL there
 * @param lastRecord beginning of the last record, or an upper bound of it
 * @param lastEndAt the newest end of a transaction, a commit or an abort: a moment after it cannot be told from one that
 *     is missing. Null when it is not known
 * @param askedAt when the archive was asked
 */
public record ArchiveEnd(
        int timeline, SortedSet<Integer> timelines, Lsn lastRecord, Instant lastEndAt, Instant askedAt) {}
