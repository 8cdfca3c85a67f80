package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.SystemIdentity;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalObject;
import java.util.List;
import java.util.Optional;

/**
 * Where streaming begins: always at a segment's start, so that what is stored of it can be compared with what the server
 * sends now.
 *
 * @param segment the first to be streamed
 * @param stored up to where the store has this timeline's WAL; the segment's start where it has none of it
 * @param durable up to where WAL is stored, on whatever timeline: what may be acknowledged from the start;
 *     {@link Lsn#NONE} when nothing is
 * @param compared what the store has of the segment: the server must send the same
 * @param orphans stored WAL of the timeline that was left, beyond the point where the server left it
 */
record Resume(WalSegment segment, Lsn stored, Lsn durable, List<WalObject> compared, Optional<Orphans> orphans) {
    Resume {
        compared = List.copyOf(compared);
    }

    /** Whether it begins with a segment that is stored whole, for the sake of comparing. */
    boolean looksBack() {
        return compared.stream().anyMatch(WalObject.Sealed.class::isInstance);
    }

    /** WAL that an old primary sent and the new one never had: outside every recovery window. */
    record Orphans(int timeline, Lsn from, Lsn to) {}

    /** When nothing is stored, or a gap was accepted: from what the slot keeps. */
    static Resume afresh(TimelineHistory history, Lsn restart, Optional<Integer> timeline, long segmentSize) {
        int on = timeline.orElseGet(() -> history.timelineOf(restart));
        WalSegment segment = WalSegment.containing(on, restart, segmentSize);
        return new Resume(segment, segment.start(), Lsn.NONE, List.of(), Optional.empty());
    }

    /**
     * When something is stored.
     *
     * @param lookBack where the open segment has nothing to compare, begin with the one before
     * @throws WalException when the server is not the one whose WAL is stored, or is behind it
     */
    static Resume after(SystemIdentity server, TimelineHistory history, StoredEnd stored, boolean lookBack) {
        WalSegment open = stored.open();
        Optional<Lsn> left = history.leftAt(open.timeline());
        if (left.isEmpty()) {
            return current(server, stored, lookBack);
        }
        if (stored.end().isBefore(left.get())) {
            return lookBackFrom(stored, lookBack);
        }
        int next = history.after(open.timeline()).orElseThrow();
        WalSegment first = WalSegment.containing(next, left.get(), open.size());
        Optional<Orphans> orphans = stored.highest().isAfter(left.get())
                ? Optional.of(new Orphans(open.timeline(), left.get(), stored.highest()))
                : Optional.empty();
        return new Resume(first, first.start(), left.get(), List.of(), orphans);
    }

    private static Resume current(SystemIdentity server, StoredEnd stored, boolean lookBack) {
        if (server.flushed().isBefore(stored.end())) {
            throw WalException.fatal(
                    WalException.SERVER_BEHIND,
                    "The server has less WAL than is stored, on the same timeline.",
                    "a server that is at " + stored.end() + " or beyond",
                    server.flushed() + " on timeline " + server.timeline(),
                    "It was set back (a snapshot, a restore without a new timeline). What is stored stays usable. Give"
                            + " this server a new declaration, or restore it so that it begins a new timeline.");
        }
        return lookBackFrom(stored, lookBack);
    }

    private static Resume lookBackFrom(StoredEnd stored, boolean lookBack) {
        WalSegment open = stored.open();
        if (stored.pieces().isEmpty() && stored.previousSealed() && lookBack) {
            WalSegment previous = open.previous();
            return new Resume(
                    previous, open.start(), open.start(), List.of(new WalObject.Sealed(previous)), Optional.empty());
        }
        return new Resume(open, stored.end(), stored.end(), List.copyOf(stored.pieces()), Optional.empty());
    }
}
