package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;

/** What the store holds of a cluster's WAL: one object each. */
public sealed interface WalObject {
    /** The timeline that it belongs to. */
    int timeline();

    /** A whole segment. */
    record Sealed(WalSegment segment) implements WalObject {
        @Override
        public int timeline() {
            return segment.timeline();
        }
    }

    /**
     * A part of a segment that was open when it was stored.
     *
     * @param start position of its first byte
     * @param end behind its last
     */
    record Piece(WalSegment segment, Lsn start, Lsn end) implements WalObject {
        public Piece {
            if (start.isBefore(segment.start()) || end.isAfter(segment.end()) || !start.isBefore(end)) {
                throw new IllegalArgumentException("no piece of " + segment + ": " + start + " to " + end);
            }
        }

        @Override
        public int timeline() {
            return segment.timeline();
        }
    }

    /** Where a timeline comes from, as the server's {@code .history} file says. */
    record History(int timeline) implements WalObject {}
}
