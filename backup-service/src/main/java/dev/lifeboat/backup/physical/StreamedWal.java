package dev.lifeboat.backup.physical;

import dev.lifeboat.backup.wal.WalStore;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/** What Lifeboat's own stream has stored: whole segments, and pieces of open ones. */
final class StreamedWal implements StoredWal {
    private final WalStore store;
    private final long segmentSize;

    StreamedWal(WalStore store, long segmentSize) {
        this.store = store;
        this.segmentSize = segmentSize;
    }

    @Override
    public Lsn contiguousFrom(int timeline, Lsn start) {
        WalSegment first = WalSegment.containing(timeline, start, segmentSize);
        try (Stream<WalStore.Stored> listed = store.list(timeline, Optional.of(first), segmentSize)) {
            return contiguous(start, listed.map(WalStore.Stored::object).iterator());
        }
    }

    /** @param objects in the order of their keys: by segment, a whole one before its pieces, these by their start */
    static Lsn contiguous(Lsn start, Iterator<WalObject> objects) {
        Lsn end = start;
        while (objects.hasNext()) {
            WalObject object = objects.next();
            Lsn from;
            Lsn to;
            switch (object) {
                case WalObject.Sealed whole -> {
                    from = whole.segment().start();
                    to = whole.segment().end();
                }
                case WalObject.Piece piece -> {
                    from = piece.start();
                    to = piece.end();
                }
                case WalObject.History history -> {
                    continue;
                }
            }
            if (from.isAfter(end)) {
                return end;
            }
            end = Lsn.max(end, to);
        }
        return end;
    }

    @Override
    public String description() {
        return "Lifeboat's stream in " + store.keys().folder();
    }

    @Override
    public String remedy() {
        return "Look at the cluster's WAL stream: is it running, and how far is it behind? Its slot must be older than the"
                + " backup. Then take the backup again.";
    }
}
