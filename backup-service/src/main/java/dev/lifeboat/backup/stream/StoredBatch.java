package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.WalObject;
import java.time.Instant;
import java.util.Optional;

/**
 * WAL that got into the store, since a batch was last told.
 *
 * @param first position of the first of it
 * @param last the object that was stored last, and the database system that wrote it
 */
record StoredBatch(
        int segments,
        int pieces,
        long bytes,
        Optional<Lsn> first,
        Optional<Last> last,
        Optional<Instant> lastCommitAt) {
    static final StoredBatch EMPTY = new StoredBatch(0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** An object, and the database system that wrote it. */
    record Last(WalObject object, String systemIdentifier) {}

    /** One object; it counts unless it was there already. */
    static StoredBatch of(WalObject object, long bytes, WalFacts facts) {
        int count = bytes > 0 ? 1 : 0;
        boolean whole = object instanceof WalObject.Sealed;
        return new StoredBatch(
                whole ? count : 0,
                whole ? 0 : count,
                bytes,
                start(object),
                Optional.of(new Last(object, facts.systemIdentifier())),
                facts.lastCommit().map(Commit::time));
    }

    boolean isEmpty() {
        return segments + pieces == 0;
    }

    StoredBatch and(StoredBatch later) {
        return new StoredBatch(
                segments + later.segments,
                pieces + later.pieces,
                bytes + later.bytes,
                first.flatMap(mine -> later.first.map(other -> Lsn.min(mine, other)))
                        .or(() -> first)
                        .or(() -> later.first),
                later.last.or(() -> last),
                later.lastCommitAt.or(() -> lastCommitAt));
    }

    private static Optional<Lsn> start(WalObject object) {
        return switch (object) {
            case WalObject.Sealed sealed -> Optional.of(sealed.segment().start());
            case WalObject.Piece piece -> Optional.of(piece.start());
            case WalObject.History history -> Optional.empty();
        };
    }
}
