package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalScanner;
import dev.lifeboat.restore.physical.WalPath.Stretch;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fetches the WAL of a path ahead of the server that replays it, several segments at once, and no further ahead than a bound
 * on the disk allows. What goes wrong for good is thrown by {@link #check}, in whoever watches the replay.
 */
final class WalAhead implements AutoCloseable {
    /** Bytes on disk that wait for the server; at least {@link #FEWEST} segments. */
    private static final long AHEAD = 256L << 20;

    private static final int FEWEST = 3;
    private static final int AT_ONCE = 4;
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    /** After so long without an answer from the store, the rehearsal is tried again later. */
    private static final Duration STORE_SILENT = Duration.ofMinutes(2);

    private final WalPath path;
    private final SegmentFetch fetch;
    private final WalHandover handover;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> begun = new HashSet<>();
    private final List<Coming> ahead = new ArrayList<>();
    private final Future<?> running;
    private volatile Optional<Lsn> lastValid = Optional.empty();

    private record Coming(Stretch stretch, Future<?> fetched) {}

    private WalAhead(WalPath path, SegmentFetch fetch, WalHandover handover) {
        this.path = path;
        this.fetch = fetch;
        this.handover = handover;
        this.running = threads.submit(() -> {
            all();
            return null;
        });
    }

    static WalAhead start(WalPath path, SegmentFetch fetch, WalHandover handover) {
        return new WalAhead(path, fetch, handover);
    }

    /**
     * Throws what keeps the WAL from coming.
     *
     * @throws dev.lifeboat.restore.archive.DoesNotRestore if it is what is stored
     * @throws StoreException if it is the store
     */
    void check() {
        if (!running.isDone()) {
            return;
        }
        try {
            running.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while WAL was fetched");
        }
    }

    /** Behind the last record that is stored as a whole; empty as long as that was not fetched, or when it is not known. */
    Optional<Lsn> lastValid() {
        return lastValid;
    }

    @Override
    public void close() {
        handover.close();
        threads.shutdownNow();
        threads.close();
    }

    private void all() throws IOException, InterruptedException {
        int most = Math.clamp(AHEAD / path.segmentSize(), FEWEST, Integer.MAX_VALUE);
        for (Stretch next : path.stretches()) {
            if (!begun.contains(next.segment().name())) {
                awaitRoom(most);
                begin(next);
            }
        }
        while (!ahead.isEmpty()) {
            awaitRoom(ahead.size());
        }
    }

    /** A server begins with the checkpoint, which may lie far ahead: what it waits for is fetched beyond the bound. */
    private void awaitRoom(int most) throws IOException, InterruptedException {
        while (true) {
            for (Coming coming : List.copyOf(ahead)) {
                if (coming.fetched().isDone()) {
                    requireFetched(coming);
                    if (!handover.isWaiting(coming.stretch())) {
                        ahead.remove(coming);
                    }
                }
            }
            if (fetching() < AT_ONCE) {
                Optional<Stretch> wanted = wanted();
                if (wanted.isPresent()) {
                    begin(wanted.get());
                } else if (ahead.size() < most) {
                    return;
                }
            }
            Thread.sleep(LOOK.toMillis());
        }
    }

    private Optional<Stretch> wanted() {
        return handover.awaited().filter(name -> !begun.contains(name)).flatMap(name -> path.stretches().stream()
                .filter(stretch -> stretch.segment().name().equals(name))
                .findFirst());
    }

    private long fetching() {
        return ahead.stream().filter(coming -> !coming.fetched().isDone()).count();
    }

    private void begin(Stretch stretch) {
        begun.add(stretch.segment().name());
        Callable<Void> task = () -> {
            fetch(stretch);
            return null;
        };
        ahead.add(new Coming(stretch, threads.submit(task)));
    }

    private static void requireFetched(Coming coming) throws IOException, InterruptedException {
        try {
            coming.fetched().get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException known -> throw known;
                case IOException disk -> throw disk;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void fetch(Stretch stretch) throws IOException, InterruptedException {
        long until = System.nanoTime() + STORE_SILENT.toNanos();
        while (true) {
            Files.deleteIfExists(handover.coming(stretch));
            try {
                fetch.fetch(stretch, handover.coming(stretch));
                break;
            } catch (StoreException e) {
                if (!e.fault().retryable() || System.nanoTime() > until) {
                    throw e;
                }
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
        if (stretch.equals(path.stretches().getLast())) {
            WalScanner scanner = fetch.scan(stretch, handover.coming(stretch), NOTHING);
            lastValid = scanner.lastRecord().map(any -> scanner.validUpTo());
        }
        handover.handOver(stretch);
    }

    private static final WalScanner.Found NOTHING = new WalScanner.Found() {
        @Override
        public void commit(Commit commit) {
            // Nobody asks here.
        }

        @Override
        public void restorePoint(RestorePoint point) {
            // Nobody asks here.
        }
    };
}
