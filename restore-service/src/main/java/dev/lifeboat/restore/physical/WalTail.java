package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalScanner;
import dev.lifeboat.restore.physical.WalPath.Stretch;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Finds the last record and the last commit that are stored: reads segments from the last one backwards, until one has a
 * commit. A target that lies behind it can never be reached, and PostgreSQL would say so only after the replay.
 */
final class WalTail {
    /** An idle primary writes segments without a commit; after so many the moment counts as not known. */
    private static final int MOST = 16;

    private final SegmentFetch fetch;
    private final Path folder;

    WalTail(SegmentFetch fetch, Sandbox scratch) {
        this.fetch = fetch;
        this.folder = scratch.makeFolder(scratch.folder().scratch());
    }

    ArchiveEnd read(WalInStore stored, WalPath path) throws IOException {
        Lsn last = path.end();
        boolean exact = false;
        Newest newest = new Newest();
        List<Stretch> backwards = path.stretches().reversed();
        for (Stretch stretch : backwards.subList(0, Math.min(MOST, backwards.size()))) {
            WalScanner scanner = scan(stretch, newest);
            if (!exact && scanner.lastRecord().isPresent()) {
                last = scanner.lastRecord().get();
                exact = true;
            }
            if (newest.at != null) {
                break;
            }
        }
        return new ArchiveEnd(
                path.history().timeline(),
                stored.timelines(),
                new dev.lifeboat.platform.postgres.Lsn(last.value()),
                newest.at,
                stored.askedAt());
    }

    private WalScanner scan(Stretch stretch, Newest newest) throws IOException {
        Path file = folder.resolve(stretch.segment().name());
        fetch.fetch(stretch, file);
        WalScanner scanner = fetch.scan(stretch, file, newest);
        Files.delete(file);
        return scanner;
    }

    /** The newest commit; not the last one, because moments are not in order in the WAL. */
    private static final class Newest implements WalScanner.Found {
        private Instant at;

        @Override
        public void commit(Commit commit) {
            if (at == null || commit.time().isAfter(at)) {
                at = commit.time();
            }
        }

        @Override
        public void restorePoint(RestorePoint point) {
            // A name is found by the replay.
        }
    }
}
