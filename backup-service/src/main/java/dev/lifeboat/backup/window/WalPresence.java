package dev.lifeboat.backup.window;

import dev.lifeboat.backup.backup.BackupRepositories;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Whether one place in the log is in a store, by a listing of its segment alone. */
@ApplicationScoped
public class WalPresence {
    private final RepositoryStores stores;
    private final SecretReferences secrets;

    WalPresence(RepositoryStores stores, SecretReferences secrets) {
        this.stores = stores;
        this.secrets = secrets;
    }

    /** Repositories that a cluster's WAL goes to; empty when it keeps none. */
    public static List<String> repositories(ClusterSpec cluster) {
        String mode = cluster.wal() == null ? "none" : cluster.wal().mode();
        return switch (mode) {
            case "archive" -> BackupRepositories.archived(cluster);
            case "stream" -> List.of(cluster.repositories().getFirst());
            default -> List.of();
        };
    }

    /**
     * Whether the repository holds the WAL just before a position.
     *
     * @throws StoreException if the store does not list
     */
    public boolean holds(
            DeclaredCluster cluster, DeclaredRepository repository, int timeline, Lsn end, long segmentBytes) {
        String name = cluster.spec().name();
        try (ObjectStore store = stores.openForReading(repository.spec())) {
            if ("stream".equals(cluster.spec().wal().mode())) {
                return new StreamedWal(store, StreamedWal.folder(name, cluster.id()))
                        .holds(timeline, end, segmentBytes);
            }
            PgBackRestArchive archive = new PgBackRestArchive(
                    store,
                    PgBackRestRepository.keyPrefix(name, cluster.id()),
                    name,
                    Optional.ofNullable(repository.spec().encryption())
                            .map(encryption -> secrets.resolve(encryption.passphrase())));
            return archive.info()
                    .map(info -> archive.holds(info.systems().getLast(), timeline, end, segmentBytes))
                    .orElse(false);
        }
    }
}
