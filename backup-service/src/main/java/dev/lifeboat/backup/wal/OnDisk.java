package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Up to where a timeline is durable on this host's disk, if anybody waits for that: a synchronous standby's commits do, for
 * as little as possible. While catching up nobody waits for a single message, and the disk is kept busy beside the reading.
 * For the one thread that reads.
 */
final class OnDisk implements AutoCloseable {
    private final Path spool;
    private final WalStore store;
    private final boolean awaited;
    private final SpareFile spare;
    private final WriteBack writeBack;

    /** Whether the open segment's name is durable; so since the server first waited for a message of it. */
    private boolean named;

    private volatile Lsn end = Lsn.NONE;

    /**
     * @param awaited whether what is on this disk counts; if not, nothing is made durable here
     */
    OnDisk(Path spool, long segmentSize, WalStore store, boolean awaited) {
        this.spool = spool;
        this.store = store;
        this.awaited = awaited;
        this.spare = new SpareFile(spool, segmentSize);
        this.writeBack = new WriteBack(spool);
    }

    /** Everything before it survives a crash of the host; {@link Lsn#NONE} when nothing was made durable. */
    Lsn end() {
        return Lsn.max(end, writeBack.durable());
    }

    /**
     * Begins a segment's file.
     *
     * @param compared what the store has of it
     */
    OpenSegment begin(WalSegment segment, List<WalObject> compared) throws IOException {
        var ready = compared.isEmpty() ? spare.take() : Optional.<SpareFile.Ready>empty();
        named = false;
        return ready.isPresent()
                ? OpenSegment.begin(spool, segment, ready.get())
                : OpenSegment.begin(spool, segment, compared, store);
    }

    /**
     * More was received.
     *
     * @param open segment that is being received; null between two
     * @param at where it ends
     * @param walEnd how far the server was when it sent it: there is nothing behind it to wait for
     * @return whether it is durable now, and the server is to be told at once
     */
    boolean received(OpenSegment open, Lsn at, Lsn walEnd) throws IOException {
        if (!awaited) {
            return false;
        }
        if (at.isBefore(walEnd)) {
            if (open != null) {
                writeBack.written(open);
            }
            return false;
        }
        writeBack.settle();
        if (open != null) {
            open.force();
            if (!named) {
                writeBack.forceNames();
                named = true;
            }
        }
        end = at;
        return true;
    }

    /** The server was told, and is likely to go on in small steps: makes them cheap. */
    void goesOn(OpenSegment open) throws IOException {
        if (open != null && spare.used()) {
            open.pad();
            spare.prepare();
        }
    }

    /** All of a segment was received. */
    void sealed(OpenSegment full) throws IOException {
        if (!awaited) {
            return;
        }
        if (named) {
            // Somebody waited for its last bytes but some: handing them over would take longer than writing them.
            writeBack.settle();
            full.force();
            end = full.segment().end();
        } else {
            writeBack.sealed(full);
        }
    }

    @Override
    public void close() throws IOException {
        writeBack.close();
        spare.close();
    }
}
