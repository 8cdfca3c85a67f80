package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.RecoveryWindow.Point;
import dev.lifeboat.backup.window.StoredWal.Stretch;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The WAL that a recovery to one timeline can use: of each ancestor up to where it was left. */
final class WalWay {
    /** A timeline on the way, from the segment in which it forked to where it was left. */
    private record Leg(int timeline, Lsn fork, Lsn usableFrom, Optional<Lsn> left) {}

    /** A stretch of one timeline. */
    record Part(int timeline, Span span) {}

    private final StoredWal wal;
    private final TimelineHistory history;
    private final List<Leg> legs = new ArrayList<>();
    private final List<Stretch> usable = new ArrayList<>();
    private final List<Span> covered;

    private WalWay(StoredWal wal, TimelineHistory history) {
        this.wal = wal;
        this.history = history;
        Lsn fork = Lsn.NONE;
        for (TimelineHistory.Ancestor ancestor : history.ancestors()) {
            legs.add(new Leg(ancestor.timeline(), fork, wal.segmentStart(fork), Optional.of(ancestor.left())));
            fork = ancestor.left();
        }
        legs.add(new Leg(history.timeline(), fork, wal.segmentStart(fork), Optional.empty()));
        for (Leg leg : legs) {
            wal.stretches().stream()
                    .filter(stretch -> stretch.timeline() == leg.timeline())
                    .forEach(stretch -> stretch.span()
                            .within(leg.usableFrom(), leg.left())
                            .ifPresent(span -> usable.add(new Stretch(
                                    stretch.timeline(), span, stretch.firstStoredAt(), stretch.lastStoredAt()))));
        }
        this.covered = Span.union(usable.stream().map(Stretch::span).toList());
    }

    static WalWay to(StoredWal wal, int timeline) {
        return new WalWay(wal, wal.way(timeline));
    }

    int timeline() {
        return history.timeline();
    }

    /** All that can be replayed, without holes inside each. */
    List<Span> covered() {
        return covered;
    }

    /** Ends that were seen once, of timelines that were not left before. */
    List<Lsn> seen() {
        return legs.stream()
                .flatMap(leg -> Optional.ofNullable(wal.seen().get(leg.timeline()))
                        .map(seen -> leg.left().map(left -> Lsn.min(left, seen)).orElse(seen))
                        .stream())
                .toList();
    }

    /** The end of a stretch, with when its last WAL was stored; a stretch that was cut at a fork does not tell that. */
    Point point(Lsn end) {
        return new Point(timelineOf(end), end, storedUpTo(end));
    }

    /** When the store got the WAL that ends at a position. */
    Optional<Instant> storedUpTo(Lsn position) {
        return whole(position, true).map(Stretch::lastStoredAt).max(Instant::compareTo);
    }

    /** When the store got the WAL that begins at a position. */
    Optional<Instant> storedFrom(Lsn position) {
        return whole(position, false).map(Stretch::firstStoredAt).min(Instant::compareTo);
    }

    private java.util.stream.Stream<Stretch> whole(Lsn position, boolean end) {
        return wal.stretches().stream()
                .filter(stretch -> legs.stream().anyMatch(leg -> leg.timeline() == stretch.timeline()))
                .filter(stretch -> (end ? stretch.span().end() : stretch.span().start()).equals(position));
    }

    /** Timelines between two positions, oldest first. */
    List<Integer> between(Lsn from, Lsn to) {
        return legs.stream()
                .filter(leg -> leg.fork().isBefore(to) || leg.timeline() == timelineOf(from))
                .filter(leg -> leg.left().map(left -> left.isAfter(from)).orElse(true))
                .map(Leg::timeline)
                .toList();
    }

    /** A stretch, cut where timelines were left. */
    List<Part> byTimeline(Span span) {
        List<Part> parts = new ArrayList<>();
        for (Leg leg : legs) {
            span.within(leg.fork(), leg.left()).ifPresent(part -> parts.add(new Part(leg.timeline(), part)));
        }
        return parts;
    }

    /** Whether a stretch reaches into the segment where a timeline was left, from before. */
    boolean switchedIn(Span span) {
        return legs.stream()
                .flatMap(leg -> leg.left().stream())
                .anyMatch(left -> span.start().isBefore(left) && !span.end().isBefore(wal.segmentStart(left)));
    }

    /** Just before a position: a window that ends where a timeline was left ends on that one. */
    private int timelineOf(Lsn position) {
        return history.ancestors().stream()
                .filter(ancestor -> !position.isAfter(ancestor.left()))
                .map(TimelineHistory.Ancestor::timeline)
                .findFirst()
                .orElse(history.timeline());
    }
}
