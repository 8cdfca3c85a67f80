package dev.lifeboat.backup.dump;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lifeboat.backup.backup.BackupDefaults;
import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;

/** The method with its real edges, and jobs for it, on the shared parts. */
final class DumpStage {
    static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final LocalParts parts = LocalParts.shared();
    private final Map<String, String> environment = new HashMap<>();
    private final Ids ids = new Ids(InstantSource.system());
    private final Path work = parts.newFolder("dump");
    private final SecretReferences secrets = new SecretReferences(environment::get, work.resolve("secrets"));
    private final RepositoryStores repositories = new RepositoryStores(new ObjectStores(Clock.systemUTC()), secrets);
    private final DumpMethod method;

    DumpStage() {
        this(Duration.ofSeconds(10));
    }

    DumpStage(Duration lockWait) {
        environment.put("LIFEBOAT_SECRET_ACCESS", parts.east().accessKey());
        environment.put("LIFEBOAT_SECRET_SECRET", parts.east().secretKey());
        method = new DumpMethod(
                repositories,
                secrets,
                new ProcessRunner(work.resolve("run"), Duration.ofSeconds(2)),
                (cluster, policy) -> OptionalDouble.empty(),
                JSON,
                config(lockWait),
                InstantSource.system());
    }

    private static DumpConfig config(Duration lockWait) {
        return new DumpConfig() {
            @Override
            public Duration lockWait() {
                return lockWait;
            }

            @Override
            public long sampleBytes() {
                return 64 * 1024;
            }

            @Override
            public int uploads() {
                return 4;
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

    DumpMethod method() {
        return method;
    }

    Path folder() {
        return work;
    }

    ObjectStore store() {
        return repositories.open(repository(parts.east()).spec());
    }

    /** A job on the shared server as its superuser. */
    Job job(BackupPolicy policy) {
        return job(policy, "postgres", parts.postgres().password());
    }

    /** A job on the shared server as anybody. */
    Job job(BackupPolicy policy, String user, String password) {
        return job(policy, user, password, parts.postgres().port());
    }

    Job job(BackupPolicy policy, String user, String password, int port) {
        String name = "LIFEBOAT_SECRET_" + Long.toHexString(System.nanoTime());
        environment.put(name, password);
        ClusterSpec spec = new ClusterSpec(
                "shop",
                new ClusterSpec.Connection(
                        "127.0.0.1", port, user, SecretRef.ofEnv(name), "prefer", "postgres", null, null),
                null,
                null,
                List.of("east"),
                null,
                List.of(),
                List.of(),
                List.of());
        return new Job(ids.next(), new DeclaredCluster(UUID.randomUUID(), 1, spec), repository(parts.east()), policy);
    }

    static DeclaredRepository repository(S3Endpoint region) {
        return new DeclaredRepository(
                UUID.randomUUID(),
                1,
                new RepositorySpec(
                        "east",
                        "s3",
                        region.endpoint(),
                        region.region(),
                        region.bucket(),
                        "lifeboat/",
                        new RepositorySpec.Credentials(
                                SecretRef.ofEnv("LIFEBOAT_SECRET_ACCESS"), SecretRef.ofEnv("LIFEBOAT_SECRET_SECRET")),
                        null,
                        region.caFile().toString(),
                        true,
                        null));
    }

    static BackupPolicy policy(String format, int jobs, String fingerprint, String... databases) {
        return BackupDefaults.fill(new BackupPolicy(
                null, "dump", null, List.of(databases), format, jobs, fingerprint, null, null, null, null, null));
    }
}
