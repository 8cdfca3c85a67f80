package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes segments durable beside the reading, while nobody waits for a single message: the open one bit by bit, a full one to
 * its end. One full segment at most is on its way; whoever fills the next one waits.
 */
final class WriteBack implements AutoCloseable {
    private static final long EVERY = 4L << 20;

    private final Path spool;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("wal-write-back").unstarted(this::work);
    private OpenSegment segment;
    private long asked;

    private OpenSegment some;
    private OpenSegment full;
    private boolean closed;
    private IOException failure;
    private volatile Lsn durable = Lsn.NONE;

    WriteBack(Path spool) {
        this.spool = spool;
    }

    /** End of the last full segment that is durable with all before it; {@link Lsn#NONE} while there is none. */
    Lsn durable() {
        return durable;
    }

    /** More of a segment was written. For the thread that reads. */
    void written(OpenSegment open) {
        if (segment != open) {
            segment = open;
            asked = 0;
        }
        if (open.written() - asked >= EVERY) {
            asked = open.written();
            synchronized (this) {
                some = open;
                wake();
            }
        }
    }

    /** All of a segment was written. */
    synchronized void sealed(OpenSegment whole) throws IOException {
        settle();
        if (!whole.retain()) {
            throw new IOException("a segment was let go while it was received: " + whole.segment());
        }
        full = whole;
        wake();
    }

    /** Waits for the full segments; throws when one could not be made durable. */
    synchronized void settle() throws IOException {
        try {
            while (full != null && failure == null && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while the disk was written");
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Makes the names of its files durable: without them, what is in them is lost with the host. */
    void forceNames() throws IOException {
        try (FileChannel channel = FileChannel.open(spool, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void wake() {
        if (thread.getState() == Thread.State.NEW && !closed) {
            thread.start();
        }
        notifyAll();
    }

    private void work() {
        try {
            while (true) {
                OpenSegment whole;
                OpenSegment part;
                synchronized (this) {
                    while (full == null && some == null && !closed) {
                        wait();
                    }
                    whole = full;
                    part = some;
                    some = null;
                    if (whole == null && closed) {
                        return;
                    }
                }
                if (whole != null) {
                    end(whole);
                } else if (part.retain()) {
                    begin(part);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(OpenSegment part) {
        try {
            try {
                part.force();
            } finally {
                part.release();
            }
        } catch (IOException keptByTheSegment) {
            // Told to whoever needs all of it durable.
        }
    }

    private void end(OpenSegment whole) {
        IOException failed = null;
        try {
            try {
                whole.force();
                forceNames();
            } finally {
                whole.release();
            }
        } catch (IOException e) {
            failed = e;
        }
        synchronized (this) {
            if (failed == null) {
                durable = whole.segment().end();
            } else {
                failure = failed;
            }
            full = null;
            notifyAll();
        }
    }

    /** Waits for the full segment that is on its way. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
