package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where the WAL of a timeline ends in the store, as far as it is there without a hole.
 *
 * @param open first segment that is not stored whole
 * @param pieces of that segment, each joining the one before, the first at its start
 * @param end behind the last byte that is stored without a hole
 * @param previousSealed whether the segment before {@code open} is stored
 * @param highest behind the last byte that is stored at all
 * @param redundant pieces whose bytes other objects hold: a writer was killed before it removed them
 */
record StoredEnd(
        WalSegment open,
        List<WalObject.Piece> pieces,
        Lsn end,
        boolean previousSealed,
        Lsn highest,
        List<WalObject.Piece> redundant) {
    /** Segments are stored side by side: a writer that was killed leaves holes no further back than this. */
    private static final int HOLES = 64;

    StoredEnd {
        pieces = List.copyOf(pieces);
        redundant = List.copyOf(redundant);
    }

    /**
     * Lists the store.
     *
     * @param restart what is before this was acknowledged; so little is listed
     */
    static Optional<StoredEnd> find(WalStore store, TimelineHistory history, Lsn restart, long segmentSize) {
        return find(store, history, Optional.of(restart), segmentSize)
                .or(() -> find(store, history, Optional.empty(), segmentSize));
    }

    /** On the newest timeline of the server's history of which anything is stored. */
    private static Optional<StoredEnd> find(
            WalStore store, TimelineHistory history, Optional<Lsn> restart, long segmentSize) {
        List<Integer> newestFirst = new ArrayList<>();
        newestFirst.add(history.timeline());
        history.ancestors().reversed().forEach(ancestor -> newestFirst.add(ancestor.timeline()));
        for (int timeline : newestFirst) {
            Optional<WalSegment> needed = restart.map(lsn -> history.leftAt(timeline)
                            .map(left -> Lsn.min(left, lsn))
                            .orElse(lsn))
                    .map(lsn -> WalSegment.containing(timeline, lsn, segmentSize));
            Optional<WalSegment> from = needed.map(segment -> segment.number() == 0 ? segment : segment.previous());
            List<WalObject> listed;
            try (var objects = store.list(timeline, from, segmentSize)) {
                listed = objects.map(WalStore.Stored::object).toList();
            }
            Optional<StoredEnd> end = StoredEnd.of(listed, needed);
            if (end.isPresent()) {
                return end;
            }
        }
        return Optional.empty();
    }

    /**
     * From what was listed of one timeline.
     *
     * @param needed what is before this was acknowledged, so it is there, or was never wanted
     * @return empty when there is no WAL among it
     */
    static Optional<StoredEnd> of(Collection<WalObject> listed, Optional<WalSegment> needed) {
        TreeSet<WalSegment> sealed = new TreeSet<>();
        TreeMap<WalSegment, List<WalObject.Piece>> pieces = new TreeMap<>();
        for (WalObject object : listed) {
            switch (object) {
                case WalObject.Sealed whole -> sealed.add(whole.segment());
                case WalObject.Piece piece ->
                    pieces.computeIfAbsent(piece.segment(), any -> new ArrayList<>())
                            .add(piece);
                case WalObject.History history -> {
                    // Says nothing about how far its timeline is stored.
                }
            }
        }
        if (sealed.isEmpty() && pieces.isEmpty()) {
            return Optional.empty();
        }
        WalSegment open = firstMissing(sealed, pieces, needed);
        List<WalObject.Piece> chain = chain(open, pieces.getOrDefault(open, List.of()));
        Lsn end = chain.isEmpty() ? open.start() : chain.getLast().end();
        return Optional.of(new StoredEnd(
                open,
                chain,
                end,
                open.number() > 0 && sealed.contains(open.previous()),
                highest(sealed, pieces, end),
                redundant(sealed, pieces, open, chain, end)));
    }

    private static List<WalObject.Piece> redundant(
            TreeSet<WalSegment> sealed,
            Map<WalSegment, List<WalObject.Piece>> pieces,
            WalSegment open,
            List<WalObject.Piece> chain,
            Lsn end) {
        return pieces.values().stream()
                .flatMap(List::stream)
                .filter(piece -> sealed.contains(piece.segment())
                        || (piece.segment().equals(open)
                                && !chain.contains(piece)
                                && !piece.end().isAfter(end)))
                .toList();
    }

    private static WalSegment firstMissing(
            TreeSet<WalSegment> sealed, Map<WalSegment, List<WalObject.Piece>> pieces, Optional<WalSegment> needed) {
        if (sealed.isEmpty()) {
            return pieces.keySet().iterator().next();
        }
        WalSegment last = sealed.last();
        WalSegment from;
        if (needed.isPresent()) {
            from = needed.get().compareTo(last) > 0 ? last.next() : needed.get();
        } else {
            WalSegment floor = new WalSegment(last.timeline(), Math.max(0, last.number() - HOLES), last.size());
            from = sealed.ceiling(floor);
        }
        while (sealed.contains(from)) {
            from = from.next();
        }
        return from;
    }

    /** The pieces that join each other from the segment's start on, as few as reach furthest. */
    static List<WalObject.Piece> chain(WalSegment segment, Collection<WalObject.Piece> pieces) {
        List<WalObject.Piece> chain = new ArrayList<>();
        Lsn end = segment.start();
        while (true) {
            Lsn reached = end;
            Optional<WalObject.Piece> next = pieces.stream()
                    .filter(piece ->
                            !piece.start().isAfter(reached) && piece.end().isAfter(reached))
                    .max(Comparator.comparing(WalObject.Piece::end));
            if (next.isEmpty()) {
                return chain;
            }
            chain.add(next.get());
            end = next.get().end();
        }
    }

    private static Lsn highest(TreeSet<WalSegment> sealed, Map<WalSegment, List<WalObject.Piece>> pieces, Lsn atLeast) {
        Lsn highest =
                sealed.isEmpty() ? atLeast : Lsn.max(atLeast, sealed.last().end());
        for (List<WalObject.Piece> some : pieces.values()) {
            for (WalObject.Piece piece : some) {
                highest = Lsn.max(highest, piece.end());
            }
        }
        return highest;
    }
}
