package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which moments of one database system can be recovered from one repository with one method.
 *
 * @param timeline the newest: what recovery follows unless it is told otherwise; 0 when nothing is stored
 * @param windows one per backup, in the order of their beginnings
 * @param joined windows whose WAL is one stretch, as one, in that order
 * @param gaps WAL that recovery would need and the store does not have
 * @param timelines all that the store knows of
 * @param orphans WAL that the newest timeline's history does not go through: of a primary that was replaced
 */
record RecoveryWindow(
        int timeline,
        List<Window> windows,
        List<Joined> joined,
        List<Gap> gaps,
        List<Timeline> timelines,
        List<Orphan> orphans) {
    RecoveryWindow {
        windows = List.copyOf(windows);
        joined = List.copyOf(joined);
        gaps = List.copyOf(gaps);
        timelines = List.copyOf(timelines);
        orphans = List.copyOf(orphans);
    }

    /**
     * A place in the log.
     *
     * @param storedAt when the store got the WAL just before it, where the listing tells
     */
    record Point(int timeline, Lsn lsn, Optional<Instant> storedAt) {}

    /**
     * What can be reached with one backup.
     *
     * @param span from where the backup is consistent to where WAL ends; empty when WAL that the backup needs is missing
     * @param end of the span; empty with it
     * @param way timelines that WAL is taken from, oldest first
     * @param abandoned whether this leads to a timeline that the newest one does not come from
     */
    record Window(
            OpeningBackup backup, Optional<Span> span, Optional<Point> end, List<Integer> way, boolean abandoned) {}

    /** Windows of several backups over the same stretch of WAL. */
    record Joined(Span span, Instant from, Point end, List<UUID> backups, List<Integer> way, boolean abandoned) {}

    /**
     * Missing WAL of one timeline.
     *
     * @param segments how many segments it touches
     * @param reason {@code missing}, {@code damaged}, {@code empty}, {@code duplicate}, {@code lost-with-primary} (just
     *     before a switch to another timeline) or {@code end-missing} (a backup needs it, or it was there once)
     * @param storedBefore when the store got what lies before it: it is not older than that
     * @param storedAfter when the store got what lies behind it
     */
    record Gap(
            int timeline,
            Span span,
            long segments,
            String reason,
            Optional<Instant> storedBefore,
            Optional<Instant> storedAfter) {}

    /**
     * A timeline.
     *
     * @param parent that it forked from; empty for the first, and where its history is missing
     * @param switchedAt where it forked
     * @param stored from its first byte in the store to its last, holes included; empty when nothing is stored
     * @param historyStored whether its history file is there; it must be, from timeline 2 on, for a recovery to find it
     */
    record Timeline(
            int timeline,
            Optional<Integer> parent,
            Optional<Lsn> switchedAt,
            Optional<Span> stored,
            boolean historyStored,
            boolean current) {}

    /** WAL that counts for no recovery along the newest timeline. */
    record Orphan(int timeline, Span span, long segments) {}

    /** Whether a place on a timeline lies in a window. */
    boolean reaches(int onTimeline, Lsn position) {
        return joined.stream()
                .anyMatch(window ->
                        window.way().contains(onTimeline) && window.span().holds(new Span(position, position)));
    }

    /** The joined window that reaches the newest moment; one of the newest timeline before any other. */
    Optional<Joined> newest() {
        return joined.stream()
                .max((one, other) -> one.abandoned() != other.abandoned()
                        ? Boolean.compare(other.abandoned(), one.abandoned())
                        : one.end().lsn().compareTo(other.end().lsn()));
    }
}
