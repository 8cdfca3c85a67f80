package dev.lifeboat.restore.pointintime;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;
import java.util.List;
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
 * @param gaps of the timeline and those that it came from, as far as they are known, oldest first
 */
public record ArchiveEnd(
        int timeline,
        SortedSet<Integer> timelines,
        Lsn lastRecord,
        Instant lastEndAt,
        Instant askedAt,
        List<Gap> gaps) {

    /** Of an archive whose gaps nobody looked for. */
    public ArchiveEnd(int timeline, SortedSet<Integer> timelines, Lsn lastRecord, Instant lastEndAt, Instant askedAt) {
        this(timeline, timelines, lastRecord, lastEndAt, askedAt, List.of());
    }

    /**
     * WAL that is missing: no replay comes past it.
     *
     * @param from where it begins
     * @param to where WAL goes on
     * @param lastRecord beginning of the last record before it; null when it is not known
     * @param lastEndAt the newest end of a transaction before it; null when it is not known
     */
    public record Gap(Lsn from, Lsn to, Lsn lastRecord, Instant lastEndAt) {}
}
