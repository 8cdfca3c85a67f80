package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.wal.WalObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** How old the newest commit is when the store has it, with little traffic; and what the store is asked meanwhile. */
final class WalAges implements AutoCloseable {
    static final Duration MAX_LAG = Duration.ofSeconds(10);

    private static final Duration TRICKLE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(100);

    private final Server server;
    private final AtomicInteger requests = new AtomicInteger();
    private final ConcurrentSkipListMap<Lsn, Long> storedAt = new ConcurrentSkipListMap<>();
    private final StopSignal stop = new StopSignal();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final ObjectStore store;
    private final Thread receiving;
    private final Connection connection;

    WalAges(Server server) throws Exception {
        this.server = server;
        store = counted(new ObjectStores(Clock.systemUTC())
                .open(WalStage.settings(LocalParts.shared().east())));
        connection = server.connection();
        server.sql("create table if not exists ages (filling text)");
        WalReceiverSettings settings = new WalReceiverSettings(
                server.target(),
                ReplicationOptions.of("ages"),
                "rates_ages",
                true,
                Optional.empty(),
                Durability.SEGMENT,
                MAX_LAG,
                LocalParts.shared().newFolder("ages"),
                8 * WalStage.SEGMENT,
                false);
        WalListener listener = new WalListener() {
            @Override
            public void positions(WalPositions positions) {
                storedAt.putIfAbsent(positions.stored(), System.nanoTime());
            }

            @Override
            public void stored(WalObject object, long bytes, WalFacts facts) {
                switch (object) {
                    case WalObject.Piece piece -> storedAt.putIfAbsent(piece.end(), System.nanoTime());
                    case WalObject.Sealed sealed ->
                        storedAt.putIfAbsent(sealed.segment().end(), System.nanoTime());
                    case WalObject.History history -> {}
                }
            }
        };
        WalReceiver receiver =
                new WalReceiver(settings, store, "clusters/ages/", workers, InstantSource.system(), listener);
        receiving = Thread.ofPlatform().daemon().start(() -> receiver.run(stop));
        // Settled: what was written before is there.
        awaitStored(Map.entry(commit(), System.nanoTime()));
    }

    private ObjectStore counted(ObjectStore real) {
        return (ObjectStore) Proxy.newProxyInstance(
                WalAges.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    requests.incrementAndGet();
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Ages in seconds of commits of 2 kB, ten a second. */
    double[] trickle() throws Exception {
        List<Map.Entry<Lsn, Long>> commits = new ArrayList<>();
        long end = System.nanoTime() + TRICKLE.toNanos();
        while (System.nanoTime() < end) {
            commits.add(Map.entry(commit(), System.nanoTime()));
            LockSupport.parkNanos(TICK.toNanos());
        }
        return ages(commits);
    }

    /** Ages in seconds of commits with nothing before and nothing after them. */
    double[] alone() throws Exception {
        List<Map.Entry<Lsn, Long>> commits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Map.Entry<Lsn, Long> one = Map.entry(commit(), System.nanoTime());
            commits.add(one);
            awaitStored(one);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1 + 2L * i));
        }
        return ages(commits);
    }

    /** One small commit a second, as a heartbeat does, for a minute. */
    double requestsInAnIdleMinute() throws Exception {
        requests.set(0);
        for (int i = 0; i < 60; i++) {
            server.sql("update ages set filling = 'beat' where ctid = (select min(ctid) from ages)");
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
        return requests.get();
    }

    private Lsn commit() throws Exception {
        try (PreparedStatement insert =
                        connection.prepareStatement("insert into ages values (repeat(md5(random()::text), 60))");
                PreparedStatement where = connection.prepareStatement("select pg_current_wal_insert_lsn()")) {
            insert.execute();
            try (ResultSet rows = where.executeQuery()) {
                rows.next();
                return Lsn.parse(rows.getString(1));
            }
        }
    }

    private double[] ages(List<Map.Entry<Lsn, Long>> commits) {
        awaitStored(commits.getLast());
        return commits.stream()
                .mapToDouble(commit -> (storedAt.ceilingEntry(commit.getKey()).getValue() - commit.getValue()) / 1e9)
                .toArray();
    }

    private void awaitStored(Map.Entry<Lsn, Long> commit) {
        long giveUp = System.nanoTime() + 6 * MAX_LAG.toNanos();
        while (storedAt.ceilingEntry(commit.getKey()) == null) {
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(commit.getKey() + " is not stored after " + MAX_LAG.multipliedBy(6));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void close() throws SQLException {
        stop.stop();
        try {
            receiving.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.close();
        connection.close();
        store.close();
    }
}
