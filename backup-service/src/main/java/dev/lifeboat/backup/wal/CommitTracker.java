package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalFormatException;
import dev.lifeboat.platform.wal.WalScanner;
import java.util.Optional;

/** Reads the WAL that is received, for what is told about it. That it cannot be read keeps nothing from being stored. */
final class CommitTracker implements WalScanner.Found {
    private final String systemIdentifier;
    private final int timeline;
    private final long segmentSize;
    private final WalListener listener;
    private WalScanner scanner;
    private boolean readable = true;
    private Lsn segmentStart;
    private Optional<Commit> first = Optional.empty();
    private Optional<Commit> last = Optional.empty();
    private WalFacts facts;

    CommitTracker(String systemIdentifier, WalSegment begin, WalListener listener) {
        this.systemIdentifier = systemIdentifier;
        this.timeline = begin.timeline();
        this.segmentSize = begin.size();
        this.listener = listener;
        this.segmentStart = begin.start();
        this.scanner = new WalScanner(begin.start(), segmentSize, this);
        this.facts = new WalFacts(systemIdentifier, first, last);
    }

    /** Goes on to a segment; what could not be read before may be readable again from here. */
    void begin(WalSegment segment) {
        segmentStart = segment.start();
        first = Optional.empty();
        facts = new WalFacts(systemIdentifier, first, last);
        if (!readable) {
            readable = true;
            scanner = new WalScanner(segment.start(), segmentSize, this);
        }
    }

    void read(Lsn at, byte[] bytes, int offset, int length) {
        if (!readable) {
            return;
        }
        try {
            scanner.scan(bytes, offset, length);
        } catch (WalFormatException e) {
            readable = false;
            listener.unreadable(at, String.valueOf(e.getMessage()));
        }
    }

    /** What is known up to here. */
    WalFacts facts() {
        return facts;
    }

    @Override
    public void commit(Commit commit) {
        if (first.isEmpty() && commit.end().isAfter(segmentStart)) {
            first = Optional.of(commit);
        }
        last = Optional.of(commit);
        facts = new WalFacts(systemIdentifier, first, last);
    }

    @Override
    public void restorePoint(RestorePoint point) {
        listener.restorePoint(timeline, point);
    }
}
