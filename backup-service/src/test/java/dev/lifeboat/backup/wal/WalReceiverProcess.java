package dev.lifeboat.backup.wal;

import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.wal.WalObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver in a process of its own, to be killed. Prints a line for each object that it has stored. */
final class WalReceiverProcess {
    private WalReceiverProcess() {}

    public static void main(String[] arguments) {
        Map<String, String> with = System.getenv();
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
        PostgresTarget target = new PostgresTarget(
                with.get("PG_HOST"),
                Integer.parseInt(with.get("PG_PORT")),
                with.get("PG_ROLE"),
                Optional.of(Secret.of(with.get("PG_SECRET"))),
                "postgres",
                SslMode.DISABLE,
                Optional.empty());
        WalReceiverSettings settings = new WalReceiverSettings(
                target,
                ReplicationOptions.of("lifeboat_killed"),
                with.get("WAL_SLOT"),
                true,
                Optional.empty(),
                Durability.valueOf(with.get("WAL_DURABILITY")),
                Duration.parse(with.get("WAL_LAG")),
                Path.of(with.get("WAL_SPOOL")),
                Long.parseLong(with.get("WAL_SPOOL_BYTES")),
                false);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        WalListener listener = new WalListener() {
            @Override
            public void stored(WalObject object, long bytes, WalFacts facts) {
                System.out.println("stored " + object);
            }
        };
        WalReceiver receiver =
                new WalReceiver(settings, store, with.get("WAL_CLUSTER"), workers, InstantSource.system(), listener);
        WalOutcome outcome = receiver.run(new StopSignal());
        // The slot of one that was killed is busy until the server notices.
        while (outcome instanceof WalOutcome.Failed failed && failed.retryable()) {
            System.out.println("again " + failed.failure());
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            outcome = receiver.run(new StopSignal());
        }
        System.out.println("ended " + outcome);
        System.exit(1);
    }
}
