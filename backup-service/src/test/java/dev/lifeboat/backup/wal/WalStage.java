package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A receiver with its real edges: a folder in a bucket, a spool, and what it told. */
final class WalStage implements AutoCloseable {
    static final long SEGMENT = 16L << 20;

    private final ObjectStore store;
    private final Path spool = LocalParts.shared().newFolder("spool");
    private final String cluster;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);

    WalStage(String name) {
        this(name, LocalParts.shared().east());
    }

    WalStage(String name, S3Endpoint endpoint) {
        store = new ObjectStores(Clock.systemUTC()).open(settings(endpoint));
        cluster = "clusters/" + name + "/" + Long.toHexString(System.nanoTime()) + "/";
    }

    private WalStage(ObjectStore store, String cluster) {
        this.store = store;
        this.cluster = cluster;
    }

    /** Another one with a spool of its own, that writes to the same place. */
    WalStage beside() {
        return new WalStage(
                new ObjectStores(Clock.systemUTC())
                        .open(settings(LocalParts.shared().east())),
                cluster);
    }

    /** Settings as {@link #segments} for another slot. */
    WalReceiverSettings settings(Server server, String slot) {
        return new WalReceiverSettings(
                server.target(),
                ReplicationOptions.of("lifeboat"),
                slot,
                true,
                Optional.empty(),
                Durability.SEGMENT,
                Duration.ofMillis(300),
                spool,
                8 * SEGMENT,
                false);
    }

    static S3Settings settings(S3Endpoint endpoint) {
        return new S3Settings(
                URI.create(endpoint.endpoint()),
                endpoint.region(),
                endpoint.bucket(),
                "",
                endpoint.accessKey(),
                Secret.of(endpoint.secretKey()),
                Optional.of(endpoint.caFile()),
                true);
    }

    Path spool() {
        return spool;
    }

    String cluster() {
        return cluster;
    }

    WalStore wal() {
        return new WalStore(store, cluster, WalCodec.zstd());
    }

    ObjectStore objects() {
        return store;
    }

    WalReceiverSettings segments(Server server) {
        return settings(server.target(), Durability.SEGMENT, "lifeboat");
    }

    WalReceiverSettings settings(PostgresTarget target, Durability durability, String name) {
        return new WalReceiverSettings(
                target,
                ReplicationOptions.of(name),
                "lifeboat_stage",
                true,
                Optional.empty(),
                durability,
                Duration.ofSeconds(2),
                spool,
                8 * SEGMENT,
                false);
    }

    Run start(WalReceiverSettings settings) {
        return new Run(settings, InstantSource.system());
    }

    Run start(WalReceiverSettings settings, InstantSource clock) {
        return new Run(settings, clock);
    }

    /** All that the store holds. */
    List<WalObject> listed(int timeline) {
        try (var objects = wal().list(timeline, Optional.empty(), SEGMENT)) {
            return objects.map(WalStore.Stored::object).toList();
        }
    }

    /** Up to where the store has the timeline without a hole, from its first object on. */
    Lsn storedEnd(int timeline) {
        return StoredEnd.of(listed(timeline), Optional.empty())
                .map(StoredEnd::end)
                .orElse(Lsn.NONE);
    }

    void awaitStored(int timeline, Lsn upTo) {
        await("stored up to " + upTo)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> !storedEnd(timeline).isBefore(upTo));
    }

    /**
     * Every byte that is stored of the timeline is the server's: segments and pieces, no gap between the first and the
     * end, no two objects that hold the same position twice but for pieces of one segment that a larger one replaced.
     *
     * @return how many bytes were compared
     */
    long requireEqual(Server server, int timeline, Lsn upTo) throws IOException {
        List<WalObject> objects = listed(timeline);
        StoredEnd end = StoredEnd.of(objects, Optional.empty()).orElseThrow();
        assertThat(end.end()).isGreaterThanOrEqualTo(upTo);
        List<WalSegment> sealed = new ArrayList<>();
        for (WalObject object : objects) {
            if (object instanceof WalObject.Sealed whole) {
                sealed.add(whole.segment());
            }
        }
        for (int i = 1; i < sealed.size(); i++) {
            assertThat(sealed.get(i)).isEqualTo(sealed.get(i - 1).next());
        }
        long compared = 0;
        for (WalSegment segment : sealed) {
            compared += requireEqual(server, segment, new WalObject.Sealed(segment), segment.start(), segment.end());
        }
        for (WalObject.Piece piece : end.pieces()) {
            compared += requireEqual(server, piece.segment(), piece, piece.start(), Lsn.min(piece.end(), upTo));
        }
        return compared;
    }

    private long requireEqual(Server server, WalSegment segment, WalObject object, Lsn from, Lsn to)
            throws IOException {
        if (!from.isBefore(to)) {
            return 0;
        }
        byte[] stored;
        try (var in = wal().read(object)) {
            stored = in.readAllBytes();
        }
        byte[] file = java.nio.file.Files.readAllBytes(server.wal(segment.name()));
        int offset = (int) from.minus(segment.start());
        int length = (int) to.minus(from);
        assertThat(stored.length).isGreaterThanOrEqualTo(length);
        assertThat(Arrays.mismatch(stored, 0, length, file, offset, offset + length))
                .as(object + " and the server's file")
                .isEqualTo(-1);
        return length;
    }

    @Override
    public void close() {
        workers.close();
        store.close();
    }

    /** A receiver on a thread of its own. */
    final class Run implements WalListener, AutoCloseable {
        private final StopSignal stop = new StopSignal();
        private final CompletableFuture<WalOutcome> outcome = new CompletableFuture<>();
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final List<WalObject> written = new CopyOnWriteArrayList<>();
        private final List<RestorePoint> points = new CopyOnWriteArrayList<>();
        private final List<Failure> stalls = new CopyOnWriteArrayList<>();
        private volatile WalPositions last;

        private Run(WalReceiverSettings settings, InstantSource clock) {
            WalReceiver receiver = new WalReceiver(settings, store, cluster, workers, clock, this);
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    outcome.complete(receiver.run(stop));
                } catch (RuntimeException | Error e) {
                    outcome.completeExceptionally(e);
                }
            });
        }

        List<String> told() {
            return told;
        }

        List<WalObject> written() {
            return written;
        }

        List<RestorePoint> points() {
            return points;
        }

        List<Failure> stalls() {
            return stalls;
        }

        WalPositions last() {
            return last;
        }

        WalOutcome outcome() throws Exception {
            return outcome.get(30, TimeUnit.SECONDS);
        }

        WalOutcome.Failed failed() throws Exception {
            WalOutcome ended = outcome();
            assertThat(ended).isInstanceOf(WalOutcome.Failed.class);
            return (WalOutcome.Failed) ended;
        }

        boolean running() {
            return !outcome.isDone();
        }

        WalOutcome.Stopped stop() throws Exception {
            stop.stop();
            WalOutcome ended = outcome();
            assertThat(ended).isInstanceOf(WalOutcome.Stopped.class);
            return (WalOutcome.Stopped) ended;
        }

        @Override
        public void close() {
            stop.stop();
            outcome.orTimeout(60, TimeUnit.SECONDS).join();
        }

        @Override
        public void positions(WalPositions positions) {
            last = positions;
        }

        @Override
        public void stored(WalObject object, long bytes, WalFacts facts) {
            if (bytes > 0) {
                written.add(object);
            }
        }

        @Override
        public void removed(int pieces) {
            told.add("removed " + pieces);
        }

        @Override
        public void restorePoint(int timeline, RestorePoint point) {
            points.add(point);
        }

        @Override
        public void timelineSwitched(int from, int to, Lsn at) {
            told.add("switched " + from + " to " + to);
        }

        @Override
        public void orphans(int timeline, Lsn from, Lsn to) {
            told.add("orphans on " + timeline);
        }

        @Override
        public void slotCreated(String slot) {
            told.add("slot created");
        }

        @Override
        public void gap(int timeline, Lsn from, Lsn to) {
            told.add("gap " + from + " to " + to);
        }

        @Override
        public void stalled(Failure why) {
            stalls.add(why);
            told.add("stalled");
        }

        @Override
        public void resumed() {
            told.add("resumed");
        }

        @Override
        public void unreadable(Lsn from, String why) {
            told.add("unreadable " + from + " " + why);
        }

        @Override
        public void leftoverStored(WalObject object, Optional<Commit> lastCommit) {
            told.add("leftover stored");
            written.add(object);
        }
    }

    /** Settings of a server that are needed by most tests. */
    static Map<String, String> keeping(String... more) {
        Map<String, String> settings = new java.util.HashMap<>(
                Map.of("wal_keep_size", "1GB", "max_wal_size", "2GB", "synchronous_commit", "on"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }
}
