package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Streams in a process of its own, as many as there are slots, until it is killed. Says {@link #BEGINS} when it could begin.
 */
final class WalRatesProcess {
    private static final long SEGMENT = 16L << 20;

    /** What it says then. */
    static final String BEGINS = "begins";

    private WalRatesProcess() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> with = System.getenv();
        boolean toStore = with.get("WAL_TO").equals("STORE");
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
        System.out.println(BEGINS);
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
            WalReceiver receiver = new WalReceiver(
                    settings,
                    store,
                    with.get("WAL_CLUSTER") + slot + "/",
                    workers,
                    InstantSource.system(),
                    new WalListener() {});
            Thread.ofPlatform().start(() -> {
                WalOutcome outcome = receiver.run(new StopSignal());
                System.out.println("ended " + outcome);
                System.exit(1);
            });
        }
    }
}
