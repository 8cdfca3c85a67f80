package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of a cluster's repositories take what. Pure functions of its declaration. */
public final class BackupRepositories {
    private BackupRepositories() {}

    /** The one that takes a backup: as its policy says, the first where it says nothing. */
    public static String of(ClusterSpec cluster, BackupPolicy policy) {
        return policy.repository() == null ? cluster.repositories().getFirst() : policy.repository();
    }

    /**
     * Those that take the WAL of a cluster which archives with pgBackRest, in the order of their numbers there: the first,
     * and each that a policy sends copies of the server's files to, which are worth nothing without the WAL written meanwhile.
     */
    public static List<String> archived(ClusterSpec cluster) {
        Set<String> wanted = (cluster.backups() == null ? List.<BackupPolicy>of() : cluster.backups())
                .stream()
                        .filter(policy -> "pgbackrest".equals(policy.method()) || "physical".equals(policy.method()))
                        .map(policy -> of(cluster, policy))
                        .collect(Collectors.toSet());
        String first = cluster.repositories().getFirst();
        return cluster.repositories().stream()
                .filter(name -> name.equals(first) || wanted.contains(name))
                .toList();
    }
}
