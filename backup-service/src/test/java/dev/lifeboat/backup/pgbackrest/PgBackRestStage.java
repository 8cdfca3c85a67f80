package dev.lifeboat.backup.pgbackrest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lifeboat.backup.backup.BackupDefaults;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.process.ProcessRunner;
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
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The method with its real edges, and a server of its own that archives. */
final class PgBackRestStage {
    static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final LocalParts parts = LocalParts.shared();
    private final Map<String, String> environment = new ConcurrentHashMap<>();
    private final Ids ids = new Ids(InstantSource.system());
    private final Path work = parts.newFolder("pgbackrest");
    private final SecretReferences secrets = new SecretReferences(environment::get, work.resolve("secrets"));
    private final RepositoryStores repositories = new RepositoryStores(new ObjectStores(Clock.systemUTC()), secrets);
    private final ProcessRunner runner = new ProcessRunner(work.resolve("processes"), Duration.ofSeconds(2));
    private final PostgresCluster postgres;
    private final ClusterArchive archive;
    private final PgBackRestMethod method;

    PgBackRestStage(Duration archiveTimeout) {
        environment.put("LIFEBOAT_SECRET_ACCESS", parts.east().accessKey());
        environment.put("LIFEBOAT_SECRET_SECRET", parts.east().secretKey());
        environment.put("LIFEBOAT_SECRET_PASSPHRASE", "a passphrase of some length");
        postgres = parts.newPostgres("shop", Map.of("archive_mode", "on", "wal_level", "replica"));
        postgres.start(Lifetime.OF_THIS_JVM);
        PgBackRestSettings settings = settings(archiveTimeout);
        environment.put("LIFEBOAT_SECRET_WEST_ACCESS", parts.west().accessKey());
        environment.put("LIFEBOAT_SECRET_WEST_SECRET", parts.west().secretKey());
        archive = new ClusterArchive(declared(), secrets, runner, settings, work);
        method = new PgBackRestMethod(archive, repositories, runner, JSON, settings, InstantSource.system());
    }

    /** No other cluster, and the repository {@code west} beside the one that a job names. */
    private DeclaredClusters declared() {
        List<DeclaredRepository> regions = List.of(repository(), west());
        return new DeclaredClusters() {
            @Override
            public boolean contain(UUID clusterId) {
                return false;
            }

            @Override
            public Optional<DeclaredRepository> repository(String name) {
                return regions.stream()
                        .filter(each -> each.spec().name().equals(name))
                        .findFirst();
            }
        };
    }

    private static PgBackRestSettings settings(Duration archiveTimeout) {
        return new PgBackRestSettings() {
            @Override
            public String program() {
                return "pgbackrest";
            }

            @Override
            public String compressType() {
                return "zst";
            }

            @Override
            public OptionalInt compressLevel() {
                return OptionalInt.empty();
            }

            @Override
            public Duration archiveTimeout() {
                return archiveTimeout;
            }

            @Override
            public Duration ioTimeout() {
                return Duration.ofSeconds(2);
            }

            @Override
            public int attempts() {
                return 3;
            }
        };
    }

    LocalParts parts() {
        return parts;
    }

    PostgresCluster postgres() {
        return postgres;
    }

    RepositoryStores repositories() {
        return repositories;
    }

    SecretReferences secrets() {
        return secrets;
    }

    PgBackRestMethod method() {
        return method;
    }

    Path folder() {
        return work;
    }

    /** A secret by reference. */
    SecretRef secret(String value) {
        String name = "LIFEBOAT_SECRET_" + Long.toHexString(System.nanoTime());
        environment.put(name, value);
        return SecretRef.ofEnv(name);
    }

    ObjectStore store(Job job) {
        return repositories.open(job.repository().spec());
    }

    /** What pgBackRest says of the job's stanza. */
    PgBackRestInfo info(Job job) throws InterruptedException {
        return archive.tool(job.cluster(), job.repository()).info();
    }

    /** Folder of the cluster on the database's host. */
    Path host(Job job) {
        return work.resolve("pgbackrest").resolve(job.cluster().id().toString());
    }

    /** Forgets every archive_command, so that another declaration of the same server may have it. */
    void resetArchiving() {
        postgres.execute("postgres", "alter system reset archive_command", "select pg_reload_conf()");
    }

    /** The server, newly declared. */
    DeclaredCluster cluster() {
        return cluster(postgres, PostgresCluster.SUPERUSER, postgres.password());
    }

    DeclaredCluster cluster(PostgresCluster server, String user, String password) {
        return cluster(server, user, password, List.of("east"), List.of());
    }

    /** One that archives into both regions, because a policy sends backups to the other. */
    DeclaredCluster clusterOfBothRegions() {
        BackupPolicy toWest = new BackupPolicy(
                "to-west", "pgbackrest", "full", null, null, 1, null, null, null, null, null, null, "west");
        return cluster(
                postgres, PostgresCluster.SUPERUSER, postgres.password(), List.of("east", "west"), List.of(toWest));
    }

    private DeclaredCluster cluster(
            PostgresCluster server,
            String user,
            String password,
            List<String> repositories,
            List<BackupPolicy> policies) {
        return new DeclaredCluster(
                UUID.randomUUID(),
                1,
                new ClusterSpec(
                        "shop",
                        new ClusterSpec.Connection(
                                "127.0.0.1", server.port(), user, secret(password), "prefer", "postgres", null, null),
                        server.dataDirectory().toString(),
                        null,
                        repositories,
                        null,
                        policies,
                        List.of(),
                        List.of()));
    }

    DeclaredRepository repository() {
        return repository(true);
    }

    DeclaredRepository repository(boolean encrypted) {
        S3Endpoint east = parts.east();
        return declared(new RepositorySpec(
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
                encrypted ? new RepositorySpec.Encryption(SecretRef.ofEnv("LIFEBOAT_SECRET_PASSPHRASE")) : null));
    }

    /** The other region, in clear. */
    DeclaredRepository west() {
        S3Endpoint west = parts.west();
        return declared(new RepositorySpec(
                "west",
                "s3",
                west.endpoint(),
                west.region(),
                west.bucket(),
                "lifeboat/",
                new RepositorySpec.Credentials(
                        SecretRef.ofEnv("LIFEBOAT_SECRET_WEST_ACCESS"), SecretRef.ofEnv("LIFEBOAT_SECRET_WEST_SECRET")),
                null,
                west.caFile().toString(),
                true,
                null));
    }

    static DeclaredRepository declared(RepositorySpec spec) {
        return new DeclaredRepository(UUID.randomUUID(), 1, spec);
    }

    Job job(DeclaredCluster cluster, DeclaredRepository repository, String type) {
        return new Job(
                ids.next(),
                cluster,
                repository,
                BackupDefaults.fill(
                        new BackupPolicy(null, "pgbackrest", type, null, null, 2, null, null, null, null, null, null)));
    }
}
