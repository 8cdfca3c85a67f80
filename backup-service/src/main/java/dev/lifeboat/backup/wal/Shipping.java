package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * From the spool into the store, for one timeline: sealed segments side by side, the open one in pieces when a byte would
 * otherwise wait longer than the allowed lag. Bounded: whoever wants to open another segment waits until there is room. What
 * is stored is said only as far as it is without a hole. The store may be away for any time; what it refuses ends the run.
 */
final class Shipping {
    /** Pieces of one segment; the next one begins at the segment's start and replaces them. */
    static final int MOST_PIECES = 64;

    /** A piece is begun so long before the lag is used up, as a part of it: the store takes its time. */
    private static final double EARLY = 0.85;

    private final WalStore store;
    private final Executor workers;
    private final int mostSegments;
    private final long pieceAfterNanos;
    private final WalListener listener;
    private final Runnable onProgress;
    private final Attempts attempts;
    private final Thread pieces;

    private final Deque<Held> sealed = new ArrayDeque<>();
    private final List<WalObject.Piece> obsolete = new ArrayList<>();
    private Held open;
    private WalFacts facts;
    private Lsn received;
    private Lsn stored;
    private long unstoredSince;
    private boolean waiting;
    private boolean demanded;
    private int atWork;
    private boolean quitting;
    private boolean closed;
    private WalException failure;

    /** A segment that is here, and what the store has of it. */
    private static final class Held {
        private final OpenSegment segment;
        private List<WalObject.Piece> pieces;
        private WalFacts facts;
        private long sealedAt;
        private boolean pieceOnItsWay;
        private boolean done;

        private Held(OpenSegment segment, List<WalObject.Piece> pieces) {
            this.segment = segment;
            this.pieces = new ArrayList<>(pieces);
        }
    }

    /** A piece to be stored. */
    private record Job(Held held, WalObject.Piece piece, WalFacts facts, boolean replacesAll, long askedAt) {}

    /**
     * @param stored up to where the store has this timeline
     * @param mostSegments in the spool, the open one included; at least 2
     * @param onProgress run when more is stored, and when it failed; on any thread
     */
    Shipping(
            WalStore store,
            Executor workers,
            Lsn stored,
            int mostSegments,
            Duration maxLag,
            WalListener listener,
            Runnable onProgress) {
        this.store = store;
        this.workers = workers;
        this.stored = stored;
        this.received = stored;
        this.mostSegments = Math.max(2, mostSegments);
        this.pieceAfterNanos = (long) (maxLag.toNanos() * EARLY);
        this.listener = listener;
        this.onProgress = onProgress;
        this.attempts = new Attempts(listener, this::fail);
        this.pieces = Thread.ofPlatform().daemon().name("wal-pieces").unstarted(this::shipPieces);
    }

    void start() {
        pieces.start();
    }

    /** Waits until there is room for one more segment. False when it is over. */
    synchronized boolean awaitRoom() throws InterruptedException {
        while (!quitting && failure == null && sealed.size() + 1 >= mostSegments) {
            wait();
        }
        return !quitting && failure == null;
    }

    /** No more will be received: whoever waits for room is let go. */
    synchronized void quit() {
        quitting = true;
        notifyAll();
    }

    /** A segment was begun. */
    synchronized void opened(OpenSegment segment, List<WalObject.Piece> known) {
        open = new Held(segment, known);
    }

    /** Received up to there. */
    synchronized void received(Lsn upTo, WalFacts now) {
        received = upTo;
        facts = now;
        if (upTo.isAfter(stored) && !waiting) {
            waiting = true;
            unstoredSince = System.nanoTime();
            notifyAll();
        }
    }

    /** The open segment is full. */
    void sealed(WalFacts about, boolean storedAlready) {
        Held full;
        synchronized (this) {
            full = open;
            full.facts = about;
            full.sealedAt = System.nanoTime();
            open = null;
            if (storedAlready) {
                full.done = true;
            } else {
                sealed.add(full);
                atWork++;
            }
        }
        if (storedAlready) {
            release(full);
        } else {
            workers.execute(() -> ship(full));
        }
    }

    /** Without a hole up to here. */
    synchronized Lsn stored() {
        return stored;
    }

    /** Age of the oldest byte that is received and not stored. */
    synchronized Duration unstoredFor() {
        return waiting ? Duration.ofNanos(System.nanoTime() - unstoredSince) : Duration.ZERO;
    }

    /** Why it ended. */
    synchronized Optional<WalException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Stores all that was received, and waits for it at most so long. */
    synchronized boolean flush(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        demanded = true;
        notifyAll();
        while (failure == null && !closed && (stored.isBefore(received) || !sealed.isEmpty() || !obsolete.isEmpty())) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        demanded = false;
        return failure == null && !stored.isBefore(received);
    }

    /** Ends the work; what the store does not have stays in the spool. Waits at most so long for what is on its way. */
    void close(Duration longest) throws InterruptedException, IOException {
        List<Held> left;
        attempts.end();
        synchronized (this) {
            quitting = true;
            closed = true;
            notifyAll();
            long deadline = System.nanoTime() + longest.toNanos();
            while (atWork > 0 && System.nanoTime() < deadline) {
                wait(100);
            }
            left = new ArrayList<>(sealed);
            if (open != null) {
                left.add(open);
                open = null;
            }
        }
        if (pieces.getState() != Thread.State.NEW) {
            pieces.join(longest);
        }
        for (Held held : left) {
            if (!held.done) {
                leave(held);
            }
        }
    }

    private void leave(Held held) throws IOException {
        boolean whole;
        synchronized (this) {
            whole = !held.pieces.isEmpty()
                    && !held.pieces
                            .getLast()
                            .end()
                            .isBefore(Lsn.min(received, held.segment.segment().end()));
        }
        if (whole) {
            held.segment.release();
        } else {
            held.segment.leave();
        }
    }

    private void ship(Held held) {
        WalObject.Sealed object = new WalObject.Sealed(held.segment.segment());
        // Its pieces go before it counts: from then on no later run looks there any more.
        boolean done = put(object, held.segment.file(), held.facts) && removePieces(held);
        synchronized (this) {
            atWork--;
            if (done) {
                held.done = true;
                while (!sealed.isEmpty() && sealed.peekFirst().done) {
                    Held first = sealed.removeFirst();
                    advance(first.segment.segment().end(), first.sealedAt);
                }
            }
            notifyAll();
        }
        if (done) {
            release(held);
        }
        onProgress.run();
    }

    private boolean removePieces(Held held) {
        List<WalObject.Piece> old;
        synchronized (this) {
            try {
                while (held.pieceOnItsWay && !closed && failure == null) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            old = List.copyOf(held.pieces);
        }
        if (!old.isEmpty() && !attempts.until(() -> remove(old))) {
            return false;
        }
        synchronized (this) {
            held.pieces.removeAll(old);
        }
        return true;
    }

    private void release(Held held) {
        try {
            held.segment.release();
        } catch (IOException e) {
            fail(WalException.of(e));
        }
    }

    /** What is behind that position was received after that moment. */
    private void advance(Lsn to, long receivedAfter) {
        stored = Lsn.max(stored, to);
        waiting = received.isAfter(stored);
        if (waiting && receivedAfter - unstoredSince > 0) {
            unstoredSince = receivedAfter;
        }
    }

    private void shipPieces() {
        try {
            while (true) {
                Job job;
                List<WalObject.Piece> old;
                synchronized (this) {
                    while (!closed && failure == null && obsolete.isEmpty() && !due()) {
                        wait(untilDue());
                    }
                    if (closed || failure != null) {
                        return;
                    }
                    old = List.copyOf(obsolete);
                    job = due() ? job() : null;
                }
                if (!old.isEmpty() && attempts.until(() -> remove(old))) {
                    synchronized (this) {
                        obsolete.removeAll(old);
                        notifyAll();
                    }
                }
                if (job != null) {
                    ship(job);
                }
            }
        } catch (InterruptedException e) {
            fail(WalException.of(e));
        }
    }

    /** Pieces are of use only when everything before them is stored. */
    private boolean due() {
        return waiting
                && open != null
                && sealed.isEmpty()
                && received.isAfter(open.segment.segment().start())
                && (demanded || System.nanoTime() - unstoredSince >= pieceAfterNanos);
    }

    private long untilDue() {
        if (!waiting || open == null || !sealed.isEmpty()) {
            return 0;
        }
        return Math.max(1, (unstoredSince + pieceAfterNanos - System.nanoTime()) / 1_000_000);
    }

    private Job job() {
        WalSegment segment = open.segment.segment();
        boolean all = open.pieces.size() >= MOST_PIECES - 1;
        Lsn from = all ? segment.start() : Lsn.max(stored, segment.start());
        if (!open.segment.retain()) {
            return null;
        }
        open.pieceOnItsWay = true;
        return new Job(open, new WalObject.Piece(segment, from, received), facts, all, System.nanoTime());
    }

    private void ship(Job job) {
        boolean done = put(job.piece(), job.held().segment.file(), job.facts());
        synchronized (this) {
            Held held = job.held();
            held.pieceOnItsWay = false;
            if (done) {
                if (job.replacesAll()) {
                    obsolete.addAll(held.pieces);
                    held.pieces = new ArrayList<>();
                }
                held.pieces.add(job.piece());
                advance(job.piece().end(), job.askedAt());
            }
            notifyAll();
        }
        release(job.held());
        onProgress.run();
    }

    private void remove(List<WalObject.Piece> old) {
        store.remove(old);
        listener.removed(old.size());
    }

    private boolean put(WalObject object, FileChannel file, WalFacts about) {
        return attempts.until(() -> {
            Optional<StoredObject> written = store.put(object, file, about);
            listener.stored(object, written.map(StoredObject::size).orElse(0L), about);
        });
    }

    private void fail(WalException e) {
        attempts.end();
        synchronized (this) {
            if (failure == null && !closed) {
                failure = e;
            }
            notifyAll();
        }
        onProgress.run();
    }
}
