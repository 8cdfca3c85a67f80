package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Streams in a process of its own, as many as there are slots, until all are durable up to an end; prints how many seconds
 * that took and the most that was resident, in MiB. Without an end it streams until it is killed.
 */
final class WalRatesProcess {
    private static final long SEGMENT = 16L << 20;

    private WalRatesProcess() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> with = System.getenv();
        boolean toStore = with.get("WAL_TO").equals("STORE");
        Optional<Lsn> end = Optional.ofNullable(with.get("WAL_END")).map(Lsn::parse);
        ObjectStore store = new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(with.get("S3_ENDPOINT")),
                        with.get("S3_REGION"),
                        with.get("S3_BUCKET"),
                        "",
                        with.get("S3_ACCESS"),
                        Secret.of(with.get("S3_SECRET")),
                        Optional.of(Path.of(with.get("S3_CA"))),
                        true));
        ExecutorService pool = Executors.newFixedThreadPool(2);
        // To this host's disk alone: as what it is compared with, it stores nothing elsewhere.
        Executor workers = toStore ? pool : task -> {};
        String[] slots = with.get("WAL_SLOTS").split(",", -1);
        CountDownLatch durable = new CountDownLatch(slots.length);
        long begin = System.nanoTime();
        for (String slot : slots) {
            WalReceiverSettings settings = new WalReceiverSettings(
                    new PostgresTarget(
                            "127.0.0.1",
                            Integer.parseInt(with.get("PGPORT")),
                            with.get("PGUSER"),
                            Optional.of(Secret.of(with.get("PGPASSWORD"))),
                            "postgres",
                            SslMode.DISABLE,
                            Optional.empty()),
                    ReplicationOptions.of(with.get("PGAPPNAME")),
                    slot,
                    true,
                    Optional.empty(),
                    toStore ? Durability.SEGMENT : Durability.SYNCHRONOUS,
                    Duration.ofSeconds(10),
                    Path.of(with.get("WAL_SPOOL")).resolve(slot),
                    toStore ? 8 * SEGMENT : 16L << 30,
                    false);
            WalListener listener = new WalListener() {
                private boolean told;

                @Override
                public synchronized void positions(WalPositions positions) {
                    Lsn reached = toStore ? positions.stored() : positions.acknowledged();
                    if (!told && end.isPresent() && !reached.isBefore(end.get())) {
                        told = true;
                        durable.countDown();
                    }
                }
            };
            WalReceiver receiver = new WalReceiver(
                    settings, store, with.get("WAL_CLUSTER") + slot + "/", workers, InstantSource.system(), listener);
            Thread.ofPlatform().daemon().start(() -> {
                WalOutcome outcome = receiver.run(new StopSignal());
                System.out.println("ended " + outcome);
                System.exit(1);
            });
        }
        durable.await();
        System.out.printf(
                java.util.Locale.ROOT, "took %.3f resident %.1f%n", (System.nanoTime() - begin) / 1e9, resident());
        System.exit(0);
    }

    private static double resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1024.0;
    }
}
