package dev.lifeboat.verifier.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.fleet.ChecksDigest;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.verifier.check.RestoredCopy;
import dev.lifeboat.verifier.judgement.Endings;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A drill as the other services tell of it: its cluster, its backup's documents in the bucket, its copy on a server. */
public final class Drill {
    public static final UUID REPOSITORY = UUID.fromString("01930000-0000-7000-8000-0000000000ea");

    private final Events events;
    private final String cluster;
    private final RestoredCopy copy;
    private final List<CheckSpec> checks;
    private final UUID clusterId = UUID.randomUUID();
    private final UUID recoveryId = UUID.randomUUID();
    private final UUID backupId = UUID.randomUUID();

    Drill(Events events, RestoredCopy copy, CheckSpec... checks) {
        this.events = events;
        this.cluster = "shop-" + Long.toHexString(System.nanoTime());
        this.copy = copy;
        this.checks = List.of(checks);
    }

    String cluster() {
        return cluster;
    }

    UUID clusterId() {
        return clusterId;
    }

    UUID id() {
        return recoveryId;
    }

    /** backup-service tells of repository and cluster. */
    Drill declared() {
        declare(events, REPOSITORY, repository());
        declareCluster(1, checks);
        return this;
    }

    void declareCluster(long version, List<CheckSpec> declared) {
        events.say(
                Keys.cluster(cluster),
                "cluster/" + cluster,
                clusterId,
                version,
                new FleetEvent.ClusterDeclared(
                        clusterId, cluster, "d" + version, spec(cluster, List.of(), List.of(), declared)));
    }

    public static void declare(Events events, UUID id, RepositorySpec repository) {
        events.say(
                Keys.repository(repository.name()),
                "repository/" + repository.name(),
                null,
                System.nanoTime(),
                new FleetEvent.RepositoryDeclared(id, repository.name(), "d", repository));
    }

    static ClusterSpec spec(String name, List<BackupPolicy> backups, List<DrillPolicy> drills, List<CheckSpec> checks) {
        return new ClusterSpec(
                name,
                new ClusterSpec.Connection("127.0.0.1", 5432, "postgres", null, null, null, null, null),
                null,
                null,
                List.of("east"),
                null,
                backups,
                drills,
                checks);
    }

    public static RepositorySpec repository() {
        var east = LocalParts.shared().east();
        var keys = new RepositorySpec.Credentials(SecretRef.ofFile("east-access"), SecretRef.ofFile("east-secret"));
        return new RepositorySpec(
                "east",
                "s3",
                east.endpoint(),
                east.region(),
                east.bucket(),
                "it/",
                keys,
                null,
                east.caFile().toString(),
                true,
                null);
    }

    public static ObjectStore store() {
        var east = LocalParts.shared().east();
        return new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(east.endpoint()),
                        east.region(),
                        east.bucket(),
                        "it/",
                        east.accessKey(),
                        Secret.of(east.secretKey()),
                        Optional.of(east.caFile()),
                        true));
    }

    /** The sandbox of an attempt, its documents stored. */
    SandboxReady ready(int attempt) {
        String root = "clusters/" + cluster + "/" + clusterId + "/dump/" + backupId + "/";
        Instant now = Instant.now();
        try (ObjectStore store = store()) {
            ObjectRef inventory = put(store, root + "1/inventory.json", copy.inventory());
            ObjectRef fingerprints = put(store, root + "1/fingerprints.json", copy.fingerprints());
            ObjectRef manifest = put(
                    store,
                    root + "manifest.json",
                    new BackupManifest(
                            BackupManifest.FORMAT_VERSION,
                            backupId,
                            clusterId,
                            cluster,
                            "dump",
                            null,
                            copy.inventory().systemIdentifier(),
                            "15.18",
                            15,
                            now,
                            now,
                            now,
                            null,
                            null,
                            List.of(),
                            null,
                            inventory,
                            fingerprints,
                            List.of(),
                            null));
            return new SandboxReady(
                    recoveryId,
                    cluster,
                    "restore-test",
                    "dump",
                    attempt,
                    backupId,
                    "east",
                    "here",
                    PostgresCluster.HOST,
                    RestoredCopy.server().port(),
                    List.of(copy.database()),
                    now,
                    now.plusSeconds(600),
                    now.plusSeconds(300),
                    ChecksDigest.of(checks),
                    manifest,
                    inventory);
        }
    }

    /** restore-service says that the sandbox is ready. */
    void say(SandboxReady ready) {
        events.say(Keys.cluster(cluster), "recovery/" + recoveryId, clusterId, 10 + ready.attempt(), ready);
    }

    /** restore-service says that it is over. */
    void sayEnded(int attempt, String state) {
        RecoveryEnded ended =
                Endings.of(recoveryId, cluster, attempt, state, null, Endings.SOUND, Endings.ALONE, Endings.GONE);
        events.say(Keys.cluster(cluster), "recovery/" + recoveryId, clusterId, 100 + attempt, ended);
    }

    private static ObjectRef put(ObjectStore store, String key, Object document) {
        try {
            byte[] bytes = EventJson.mapper().writeValueAsBytes(document);
            StoredObject stored = store.put(key, bytes, PutCondition.NONE, Map.of());
            return new ObjectRef(key, stored.sha256(), (long) bytes.length);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
