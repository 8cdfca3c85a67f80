package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.backup.wal.WalReceiverSettings;
import dev.lifeboat.backup.wal.WalReceiverSettings.Durability;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.SealedStore;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * All of a declaration that a stream goes by: when it is another one, the stream is begun again.
 *
 * @param repository name of the one that WAL goes to: the cluster's first
 * @param dataDirectory of the server, where it is declared; for the free space of its disk
 */
record StreamPlan(
        UUID clusterId,
        String cluster,
        ClusterSpec.Connection connection,
        ClusterSpec.WalSpec wal,
        Optional<Path> dataDirectory,
        String repository,
        RepositorySpec store) {
    /** As {@code synchronous_standby_names} and {@code pg_stat_replication} see every stream. */
    static final String APPLICATION_NAME = "lifeboat";

    private static final Duration MAX_LAG = Duration.ofSeconds(10);

    /** Whether the cluster is declared to be streamed. */
    static boolean wanted(DeclaredCluster cluster) {
        return cluster.spec().wal() != null
                && "stream".equals(cluster.spec().wal().mode());
    }

    static String repository(DeclaredCluster cluster) {
        return cluster.spec().repositories().getFirst();
    }

    static String durability(DeclaredCluster cluster) {
        return Optional.ofNullable(cluster.spec().wal().durability()).orElse("segment");
    }

    /** What is declared by now; empty when the cluster is declared no more, or not to be streamed. */
    static Optional<StreamPlan> of(Handle transaction, Fleet fleet, ClusterStream stream) {
        return fleet.cluster(transaction, stream.cluster())
                .filter(cluster -> cluster.id().equals(stream.clusterId()) && wanted(cluster))
                .flatMap(cluster ->
                        fleet.repository(transaction, repository(cluster)).map(repository -> of(cluster, repository)));
    }

    /** What was declared last, also when it is declared no more: for ending what it began. */
    static Optional<ClusterSpec.Connection> lastConnection(Handle transaction, Fleet fleet, ClusterStream stream) {
        return fleet.cluster(transaction, stream.clusterId())
                .map(cluster -> cluster.spec().connection());
    }

    private static StreamPlan of(DeclaredCluster cluster, DeclaredRepository repository) {
        ClusterSpec spec = cluster.spec();
        return new StreamPlan(
                cluster.id(),
                spec.name(),
                spec.connection(),
                spec.wal(),
                Optional.ofNullable(spec.dataDirectory()).map(Path::of),
                repository.spec().name(),
                repository.spec());
    }

    /** The cluster's folder in the store. */
    String folder() {
        return "clusters/" + cluster + "/" + clusterId + "/";
    }

    /** Keys of its WAL there. */
    WalKeys keys() {
        return new WalKeys(folder(), WalKeys.COMPRESSED + (store.encryption() == null ? "" : SealedStore.SUFFIX));
    }

    PostgresTarget server(Function<SecretRef, Secret> secrets) {
        return server(connection, secrets);
    }

    static PostgresTarget server(ClusterSpec.Connection declared, Function<SecretRef, Secret> secrets) {
        return new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                Optional.ofNullable(declared.password()).map(secrets),
                Optional.ofNullable(declared.database()).orElse("postgres"),
                SslMode.of(Optional.ofNullable(declared.sslMode()).orElse("prefer"))
                        .orElseThrow(),
                Optional.ofNullable(declared.caFile()).map(Path::of));
    }

    /** Whether a slot may be given up to save the server's disk. */
    boolean mayDrop() {
        return wal.slotGuard() != null && "drop".equals(wal.slotGuard().onLimit());
    }

    /** Bytes that the server may keep for the stream, as declared. */
    Optional<Long> limit() {
        return Optional.ofNullable(wal.slotGuard()).map(ClusterSpec.SlotGuardSpec::limit);
    }

    WalReceiverSettings receiver(
            PostgresTarget server, ClusterStream stream, Path spool, long spoolBytes, boolean skipGap) {
        return new WalReceiverSettings(
                server,
                ReplicationOptions.of(APPLICATION_NAME),
                stream.slot(),
                true,
                stream.systemIdentifier(),
                "synchronous".equals(wal.durability()) ? Durability.SYNCHRONOUS : Durability.SEGMENT,
                Optional.ofNullable(wal.maxLag()).orElse(MAX_LAG),
                spool,
                spoolBytes,
                skipGap);
    }
}
