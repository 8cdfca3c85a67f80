package dev.lifeboat.backup.window;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupRepositories;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A place where WAL of a cluster is to be looked for.
 *
 * @param repository name
 * @param method {@link #PGBACKREST} or {@link #PHYSICAL}
 */
record WalSource(String repository, String method) {
    static final String PGBACKREST = "pgbackrest";
    static final String PHYSICAL = "physical";

    /** By what is declared, and by where backups lie. */
    static List<WalSource> of(ClusterSpec cluster, List<Backup> stored) {
        List<String> repositories = Stream.concat(
                        cluster.repositories().stream(), stored.stream().map(Backup::repository))
                .distinct()
                .toList();
        String mode = cluster.wal() == null ? null : cluster.wal().mode();
        boolean archives = "archive".equals(mode) || declares(cluster, PGBACKREST);
        List<String> archived = archives ? BackupRepositories.archived(cluster) : List.of();
        boolean streams = "stream".equals(mode) || declares(cluster, PHYSICAL);
        List<WalSource> sources = new ArrayList<>();
        for (String repository : repositories) {
            if (archived.contains(repository) || lies(stored, repository, PGBACKREST)) {
                sources.add(new WalSource(repository, PGBACKREST));
            }
            if ((streams && repository.equals(cluster.repositories().getFirst()))
                    || lies(stored, repository, PHYSICAL)) {
                sources.add(new WalSource(repository, PHYSICAL));
            }
        }
        return List.copyOf(sources);
    }

    private static boolean declares(ClusterSpec cluster, String method) {
        return (cluster.backups() == null ? List.<BackupPolicy>of() : cluster.backups())
                .stream().anyMatch(policy -> method.equals(policy.method()));
    }

    private static boolean lies(List<Backup> stored, String repository, String method) {
        return stored.stream()
                .anyMatch(backup -> backup.repository().equals(repository)
                        && backup.method().equals(method));
    }
}
