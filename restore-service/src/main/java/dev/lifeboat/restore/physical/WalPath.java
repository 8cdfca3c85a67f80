package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way that a server takes through stored WAL, from a backup's start along a timeline and those that it came from, as far
 * as nothing is missing. What an ancestor holds behind the place where it was left belongs to nobody, and is not on it.
 *
 * @param history of the timeline that is followed
 * @param start where it begins
 * @param stretches one for each segment, in order
 * @param end up to where nothing is missing
 * @param beyond first thing that is stored behind a hole; empty where there is no hole
 */
record WalPath(
        TimelineHistory history,
        Lsn start,
        List<Stretch> stretches,
        Lsn end,
        Optional<WalObject> beyond,
        long segmentSize) {

    /**
     * What the store holds of a segment, from the segment's beginning on without a hole.
     *
     * @param parts objects to read, in order; a later one's beginning may repeat an earlier one's end
     * @param length bytes of them that count
     */
    record Stretch(WalSegment segment, List<WalObject> parts, long length) {
        boolean isWhole() {
            return length == segment.size();
        }

        Lsn end() {
            return segment.start().plus(length);
        }
    }

    static WalPath of(TimelineHistory history, Lsn start, long segmentSize, Collection<WalObject> stored) {
        Map<WalSegment, List<WalObject>> bySegment = new HashMap<>();
        for (WalObject object : stored) {
            segmentOf(object).ifPresent(segment -> bySegment
                    .computeIfAbsent(segment, any -> new ArrayList<>())
                    .add(object));
        }
        List<Stretch> stretches = new ArrayList<>();
        Lsn end = start;
        WalSegment at = WalSegment.containing(history.timeline(), start, segmentSize);
        while (true) {
            Optional<Stretch> stretch = furthest(history, at, bySegment);
            if (stretch.isEmpty()) {
                break;
            }
            stretches.add(stretch.get());
            end = Lsn.max(end, stretch.get().end());
            if (!stretch.get().isWhole()) {
                break;
            }
            at = at.next();
        }
        return new WalPath(history, start, List.copyOf(stretches), end, beyond(history, end, stored), segmentSize);
    }

    /** The first segment that the store lacks, or does not have as a whole. */
    WalSegment missing() {
        return WalSegment.containing(history.timelineOf(end), end, segmentSize);
    }

    /** The newest timeline's, unless that is shorter. */
    private static Optional<Stretch> furthest(
            TimelineHistory history, WalSegment place, Map<WalSegment, List<WalObject>> stored) {
        List<Stretch> candidates = new ArrayList<>();
        int timeline = history.timeline();
        Lsn left = place.end();
        for (int i = history.ancestors().size(); ; i--) {
            boolean first = i == 0;
            Lsn begun = first ? Lsn.NONE : history.ancestors().get(i - 1).left();
            if (begun.isBefore(place.end())) {
                stretch(place.on(timeline), Lsn.min(left, place.end()), stored).ifPresent(candidates::add);
            }
            if (first || !begun.isAfter(place.start())) {
                // What came before was left behind before this segment began.
                break;
            }
            timeline = history.ancestors().get(i - 1).timeline();
            left = begun;
        }
        return candidates.stream().max(Comparator.comparing(Stretch::length).thenComparing(stretch -> stretch.segment()
                .timeline()));
    }

    /** What is stored of a segment from its beginning on, up to a limit; empty when its beginning is not. */
    static Optional<Stretch> stretch(WalSegment segment, Lsn limit, Map<WalSegment, List<WalObject>> stored) {
        List<WalObject> objects = stored.getOrDefault(segment, List.of());
        for (WalObject object : objects) {
            if (object instanceof WalObject.Sealed) {
                return Optional.of(new Stretch(segment, List.of(object), limit.minus(segment.start())));
            }
        }
        List<WalObject> chain = new ArrayList<>();
        Lsn end = segment.start();
        while (end.isBefore(limit)) {
            Lsn reached = end;
            Optional<WalObject.Piece> next = objects.stream()
                    .map(WalObject.Piece.class::cast)
                    .filter(piece ->
                            !piece.start().isAfter(reached) && piece.end().isAfter(reached))
                    .max(Comparator.comparing(WalObject.Piece::end));
            if (next.isEmpty()) {
                break;
            }
            chain.add(next.get());
            end = next.get().end();
        }
        return chain.isEmpty()
                ? Optional.empty()
                : Optional.of(new Stretch(
                        segment, List.copyOf(chain), Lsn.min(end, limit).minus(segment.start())));
    }

    /** Something of this way that lies behind its end. */
    private static Optional<WalObject> beyond(TimelineHistory history, Lsn end, Collection<WalObject> stored) {
        return stored.stream()
                .filter(object -> history.includes(object.timeline()))
                .filter(object -> segmentOf(object).isPresent())
                .filter(object -> endOf(object).isAfter(end))
                .filter(object -> history.leftAt(object.timeline())
                        .map(left -> startOf(object).isBefore(left) && end.isBefore(left))
                        .orElse(true))
                .min(Comparator.comparing(WalPath::startOf).thenComparing(WalObject::timeline));
    }

    private static Optional<WalSegment> segmentOf(WalObject object) {
        return switch (object) {
            case WalObject.Sealed sealed -> Optional.of(sealed.segment());
            case WalObject.Piece piece -> Optional.of(piece.segment());
            case WalObject.History history -> Optional.empty();
        };
    }

    private static Lsn startOf(WalObject object) {
        return switch (object) {
            case WalObject.Sealed sealed -> sealed.segment().start();
            case WalObject.Piece piece -> piece.start();
            case WalObject.History history -> Lsn.NONE;
        };
    }

    private static Lsn endOf(WalObject object) {
        return switch (object) {
            case WalObject.Sealed sealed -> sealed.segment().end();
            case WalObject.Piece piece -> piece.end();
            case WalObject.History history -> Lsn.NONE;
        };
    }
}
