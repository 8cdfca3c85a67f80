package dev.lifeboat.backup.physical;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lifeboat.backup.backup.BackupDefaults;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.backup.wal.StopSignal;
import dev.lifeboat.backup.wal.WalListener;
import dev.lifeboat.backup.wal.WalOutcome;
import dev.lifeboat.backup.wal.WalReceiver;
import dev.lifeboat.backup.wal.WalReceiverSettings;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A server, the stream of its WAL, and the method with its real edges. */
final class PhysicalStage implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final LocalParts parts = LocalParts.shared();
    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private final Ids ids = new Ids(InstantSource.system());
    private final Path work = parts.newFolder("physical");
    private final SecretReferences secrets = new SecretReferences(environment::get, work.resolve("secrets"));
    private final RepositoryStores repositories = new RepositoryStores(new ObjectStores(Clock.systemUTC()), secrets);
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final String name;
    private final Server server;
    private final DeclaredCluster cluster;
    private final ObjectStore store;
    private final Optional<String> passphrase;

    /** @param name the cluster's, no other's in this repository */
    PhysicalStage(String name, Map<String, String> settings) {
        this(name, settings, Optional.empty());
    }

    /** @param passphrase of the repository, if it shall be encrypted */
    PhysicalStage(String name, Map<String, String> settings, Optional<String> passphrase) {
        this.name = name;
        this.passphrase = passphrase;
        passphrase.ifPresent(words -> environment.put("LIFEBOAT_SECRET_PASSPHRASE", words));
        environment.put("LIFEBOAT_SECRET_ACCESS", parts.east().accessKey());
        environment.put("LIFEBOAT_SECRET_SECRET", parts.east().secretKey());
        server = Server.primary(name, settings);
        cluster = cluster(server.cluster().port(), Server.ROLE, Server.PASSWORD);
        store = repositories.open(repository().spec());
    }

    LocalParts parts() {
        return parts;
    }

    Server server() {
        return server;
    }

    ObjectStore store() {
        return store;
    }

    Path folder() {
        return work;
    }

    /** The cluster whose WAL is streamed. */
    DeclaredCluster cluster() {
        return cluster;
    }

    String clusterFolder() {
        return "clusters/" + name + "/" + cluster.id() + "/";
    }

    /** The same server, declared anew. */
    DeclaredCluster cluster(int port, String user, String password) {
        return new DeclaredCluster(UUID.randomUUID(), 1, spec(port, user, password, "stream"));
    }

    /** The cluster whose WAL is streamed, reached at another port, or as somebody else. */
    DeclaredCluster reached(int port, String user, String password) {
        return new DeclaredCluster(cluster.id(), 1, spec(port, user, password, "stream"));
    }

    ClusterSpec spec(int port, String user, String password, String walMode) {
        String secret = "LIFEBOAT_SECRET_" + Long.toHexString(System.nanoTime());
        environment.put(secret, password);
        return new ClusterSpec(
                name,
                new ClusterSpec.Connection(
                        "127.0.0.1", port, user, SecretRef.ofEnv(secret), "disable", "postgres", null, null),
                null,
                null,
                List.of("east"),
                new ClusterSpec.WalSpec(walMode, null, null),
                List.of(),
                List.of(),
                List.of());
    }

    DeclaredRepository repository() {
        S3Endpoint east = parts.east();
        return new DeclaredRepository(
                UUID.randomUUID(),
                1,
                new RepositorySpec(
                        "east",
                        "s3",
                        east.endpoint(),
                        east.region(),
                        east.bucket(),
                        "lifeboat/",
                        new RepositorySpec.Credentials(
                                SecretRef.ofEnv("LIFEBOAT_SECRET_ACCESS"), SecretRef.ofEnv("LIFEBOAT_SECRET_SECRET")),
                        null,
                        east.caFile().toString(),
                        true,
                        passphrase
                                .map(any ->
                                        new RepositorySpec.Encryption(SecretRef.ofEnv("LIFEBOAT_SECRET_PASSPHRASE")))
                                .orElse(null)));
    }

    Job job(DeclaredCluster of, Integer maxRate) {
        return new Job(
                ids.next(),
                of,
                repository(),
                BackupDefaults.fill(new BackupPolicy(
                        null,
                        "physical",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        maxRate,
                        null)));
    }

    PhysicalMethod method() {
        return method(true, Duration.ofSeconds(30));
    }

    PhysicalMethod method(boolean serverCompression, Duration walWait) {
        return new PhysicalMethod(
                repositories, secrets, JSON, config(serverCompression, walWait), InstantSource.system());
    }

    private static PhysicalConfig config(boolean serverCompression, Duration walWait) {
        return new PhysicalConfig() {
            @Override
            public Duration walWait() {
                return walWait;
            }

            @Override
            public Duration silence() {
                return Duration.ofSeconds(30);
            }

            @Override
            public boolean serverCompression() {
                return serverCompression;
            }

            @Override
            public int attempts() {
                return 3;
            }
        };
    }

    /** Streams the cluster's WAL until it is closed. */
    Stream stream() {
        return new Stream();
    }

    @Override
    public void close() {
        workers.close();
        store.close();
        server.cluster().kill();
    }

    /** The stream on a thread of its own. */
    final class Stream implements AutoCloseable {
        private final StopSignal stop = new StopSignal();
        private final CompletableFuture<WalOutcome> outcome = new CompletableFuture<>();

        private Stream() {
            WalReceiver receiver = new WalReceiver(
                    new WalReceiverSettings(
                            server.target(),
                            ReplicationOptions.of("stream"),
                            "lifeboat_stage",
                            true,
                            Optional.empty(),
                            WalReceiverSettings.Durability.SEGMENT,
                            Duration.ofMillis(500),
                            parts.newFolder("spool"),
                            128L << 20,
                            false),
                    store,
                    clusterFolder(),
                    workers,
                    InstantSource.system(),
                    WalListener.NONE);
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    outcome.complete(receiver.run(stop));
                } catch (RuntimeException | Error e) {
                    outcome.completeExceptionally(e);
                }
            });
        }

        @Override
        public void close() {
            stop.stop();
            outcome.orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    /** What backups have open on the server; waits for senders that are just ending. */
    List<String> sessions() throws Exception {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            String found = server.ask("select string_agg(application_name || ' ' || backend_type, ', ')"
                    + " from pg_stat_activity where application_name like 'lifeboat backup%'");
            if (found == null || found.isEmpty()) {
                return List.of();
            }
            if (System.nanoTime() > until) {
                return List.of(found);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
