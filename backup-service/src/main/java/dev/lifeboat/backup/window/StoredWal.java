package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The WAL of one database system in one repository, as a listing shows it.
 *
 * @param segmentBytes size of its segments
 * @param stretches WAL without a hole; they may touch or overlap
 * @param histories history files, by timeline; timeline 1 has none
 * @param unusable objects that recovery cannot use
 * @param partials last segments of timelines that were left, which recovery does not ask for
 * @param seen behind the last byte that was ever seen here, by timeline: what is gone from the end shows by this only
 */
record StoredWal(
        long segmentBytes,
        List<Stretch> stretches,
        Map<Integer, TimelineHistory> histories,
        List<Unusable> unusable,
        List<WalSegment> partials,
        Map<Integer, Lsn> seen) {
    StoredWal {
        stretches = List.copyOf(stretches);
        histories = Map.copyOf(histories);
        unusable = List.copyOf(unusable);
        partials = List.copyOf(partials);
        seen = Map.copyOf(seen);
    }

    /**
     * Consecutive WAL of one timeline.
     *
     * @param firstStoredAt when the store got its first object, by the store's clock
     * @param lastStoredAt when it got its last one
     */
    record Stretch(int timeline, Span span, Instant firstStoredAt, Instant lastStoredAt) {}

    /**
     * An object that is there and does not count.
     *
     * @param reason {@code damaged}, {@code empty} or {@code duplicate}
     */
    record Unusable(String key, int timeline, Span span, String reason) {}

    /** The way that a recovery to this timeline takes; without its history, only the timeline itself. */
    TimelineHistory way(int timeline) {
        return Optional.ofNullable(histories.get(timeline)).orElseGet(() -> TimelineHistory.first(timeline));
    }

    /** Behind the last byte that is there, by timeline. */
    Map<Integer, Lsn> ends() {
        return stretches.stream()
                .collect(Collectors.toMap(
                        Stretch::timeline, stretch -> stretch.span().end(), Lsn::max));
    }

    /** Whether all of that is there. */
    boolean holds(int timeline, Span span) {
        return Span.union(stretches.stream()
                        .filter(stretch -> stretch.timeline() == timeline)
                        .map(Stretch::span)
                        .toList())
                .stream()
                .anyMatch(stretch -> stretch.holds(span));
    }

    /** Start of the segment that holds a position. */
    Lsn segmentStart(Lsn position) {
        return new Lsn(Long.divideUnsigned(position.value(), segmentBytes) * segmentBytes);
    }

    /** How many segments a stretch touches. */
    long segments(Span span) {
        return span.isEmpty()
                ? 0
                : Long.divideUnsigned(span.end().value() - 1, segmentBytes)
                        - Long.divideUnsigned(span.start().value(), segmentBytes)
                        + 1;
    }
}
