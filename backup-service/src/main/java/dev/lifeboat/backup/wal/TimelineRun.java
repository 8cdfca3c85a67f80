package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.TimelineEnd;
import dev.lifeboat.backup.replication.WalHandler;
import dev.lifeboat.backup.replication.WalStream;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * One timeline, from where it is taken up until it ends or breaks: every message must join the one before, goes to the spool,
 * and is acknowledged when it is durable. One thread reads; another one tells the server how far we are, also while the
 * reader waits for room.
 */
final class TimelineRun implements WalHandler {
    private static final Duration STATUS = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(250);

    private final WalReceiverSettings settings;
    private final Resume resume;
    private final Shipping shipping;
    private final Runnable abort;
    private final CommitTracker tracker;
    private final InstantSource clock;
    private final WalListener listener;
    private final OnDisk onDisk;

    private WalStream stream;
    private OpenSegment open;
    private WalSegment segment;
    private boolean first = true;
    private volatile Lsn received;
    private volatile Lsn serverEnd = Lsn.NONE;
    private volatile Lsn acknowledged;
    private volatile long statusAt;
    private volatile boolean over;

    /**
     * @param abort ends the connection, when what is received cannot be stored
     */
    TimelineRun(
            WalReceiverSettings settings,
            Resume resume,
            WalStore store,
            Executor workers,
            String systemIdentifier,
            InstantSource clock,
            WalListener listener,
            Runnable abort) {
        this.settings = settings;
        this.resume = resume;
        this.abort = abort;
        this.shipping = new Shipping(
                store,
                workers,
                resume.stored(),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        settings.maxSpoolBytes() / resume.segment().size()),
                settings.maxLag(),
                listener,
                this::progressed);
        this.tracker = new CommitTracker(systemIdentifier, resume.segment(), listener);
        this.clock = clock;
        this.listener = listener;
        this.segment = resume.segment();
        this.onDisk =
                new OnDisk(settings.spool(), segment.size(), store, settings.durability() == Durability.SYNCHRONOUS);
        this.received = segment.start();
        this.acknowledged = resume.durable();
    }

    /** Whether any WAL came. */
    boolean receivedAny() {
        return received.isAfter(resume.segment().start());
    }

    /** Up to where the store has this timeline. */
    Lsn stored() {
        return shipping.stored();
    }

    /** Why what was received could not be stored. */
    Optional<WalException> failure() {
        return shipping.failure();
    }

    /** No more will come: whoever waits for room is let go. */
    void quit() {
        shipping.quit();
    }

    /** Waits at most so long for all that was received to be stored; says whether it is. */
    boolean flush(Duration longest) {
        try {
            return shipping.flush(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the work. What is not stored stays in the spool. */
    void close(Duration longest) throws IOException {
        try {
            onDisk.close();
        } finally {
            closeShipping(longest);
        }
    }

    private void closeShipping(Duration longest) throws IOException {
        try {
            shipping.close(longest);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads until the timeline ends. */
    TimelineEnd run(WalStream from) throws IOException {
        stream = from;
        shipping.start();
        Thread keeper = Thread.ofVirtual().name("wal-status").start(this::keepTelling);
        try {
            status(false);
            while (stream.next(this)) {
                requireShipping();
            }
            TimelineEnd end = stream.end().orElseThrow();
            if (end.switched().isAfter(received)) {
                throw WalException.notJoined(received, end.switched());
            }
            if (end.switched().isBefore(received)) {
                // A standby passes on what it has of an unfinished record; once promoted, it begins anew before it.
                listener.orphans(resume.segment().timeline(), end.switched(), received);
            }
            return end;
        } finally {
            over = true;
            keeper.interrupt();
            positions();
        }
    }

    @Override
    public void wal(Lsn start, Lsn walEnd, byte[] bytes, int offset, int length) throws IOException {
        if (!start.equals(received)) {
            throw WalException.notJoined(received, start);
        }
        Lsn at = start;
        int from = offset;
        int left = length;
        while (left > 0) {
            OpenSegment into = segmentFor();
            int part = (int) Math.min(left, segment.end().minus(at));
            into.write(at, bytes, from, part);
            tracker.read(at, bytes, from, part);
            at = at.plus(part);
            from += part;
            left -= part;
            if (at.equals(segment.end())) {
                seal();
            }
        }
        received = at;
        serverEnd = walEnd;
        shipping.received(at, tracker.facts());
        if (onDisk.received(open, at, walEnd)) {
            status(false);
            onDisk.goesOn(open);
        }
    }

    @Override
    public void keepAlive(Lsn walEnd, boolean replyRequested) {
        serverEnd = walEnd;
        if (replyRequested) {
            status(false);
        }
    }

    /** More is stored: the server may forget more. Or no more will be. */
    private void progressed() {
        if (shipping.failure().isPresent()) {
            abort.run();
            return;
        }
        if (stream != null && !over && acknowledgeable().isAfter(acknowledged)) {
            try {
                status(false);
            } catch (PostgresException e) {
                // The reader meets the broken connection itself, and says so.
                over = true;
            }
        }
    }

    private OpenSegment segmentFor() throws IOException {
        if (open == null) {
            try {
                if (!shipping.awaitRoom()) {
                    requireShipping();
                    throw new IOException("the stream was ended");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while waiting for the store");
            }
            List<WalObject> compared = first ? resume.compared() : List.of();
            first = false;
            open = onDisk.begin(segment, compared);
            List<WalObject.Piece> pieces = compared.stream()
                    .flatMap(object -> object instanceof WalObject.Piece piece
                            ? java.util.stream.Stream.of(piece)
                            : java.util.stream.Stream.empty())
                    .toList();
            tracker.begin(segment);
            shipping.opened(open, pieces);
        }
        return open;
    }

    private void seal() throws IOException {
        onDisk.sealed(open);
        boolean storedAlready = !open.known().isBefore(segment.end());
        open = null;
        shipping.sealed(tracker.facts(), storedAlready);
        segment = segment.next();
    }

    private Lsn acknowledgeable() {
        Lsn stored = shipping.stored();
        // Where nothing is stored yet, there is nothing to say.
        Lsn durable = stored.isAfter(resume.segment().start()) ? stored : Lsn.NONE;
        return Lsn.max(acknowledged, Lsn.max(durable, onDisk.end()));
    }

    private synchronized void status(boolean replyRequested) {
        Lsn flushed = acknowledgeable();
        acknowledged = flushed;
        statusAt = System.nanoTime();
        stream.status(Lsn.max(received, flushed), flushed, Lsn.NONE, replyRequested);
    }

    private void keepTelling() {
        long positionsAt = System.nanoTime();
        try {
            while (!over) {
                Thread.sleep(TICK);
                // Well before the silence counts as a broken connection, the server is asked for a sign of life.
                Duration patience = settings.connection().silence().dividedBy(4);
                boolean quiet = stream.silence().compareTo(patience) > 0;
                long pause = quiet ? Math.min(patience.toNanos(), STATUS.toNanos()) : STATUS.toNanos();
                if (System.nanoTime() - statusAt > pause) {
                    status(quiet);
                }
                if (System.nanoTime() - positionsAt > 1_000_000_000L) {
                    positionsAt = System.nanoTime();
                    positions();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } catch (PostgresException broken) {
            // The reader meets it, too, and says so.
            over = true;
        }
    }

    private void positions() {
        Lsn stored = shipping.stored();
        listener.positions(new WalPositions(
                clock.instant(),
                resume.segment().timeline(),
                Lsn.max(serverEnd, received),
                received,
                acknowledged,
                stored,
                shipping.unstoredFor()));
    }

    private void requireShipping() {
        Optional<WalException> failure = shipping.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
