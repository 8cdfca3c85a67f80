package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.time.Instant;
import java.util.UUID;

/**
 * A backup in the catalogue: what was wanted, which never changes, and how it stands.
 *
 * @param clusterId identity of the declaration; a name declared again is another cluster
 * @param policy what is carried out; its name is null when it was made up of a request
 * @param repository that it goes to: the cluster's first at the time of the request
 * @param dueAt when a schedule wanted it, else null
 * @param version grows with each change of {@code state}
 */
public record Backup(
        UUID id,
        UUID clusterId,
        String cluster,
        BackupPolicy policy,
        String repository,
        Instant dueAt,
        Instant requestedAt,
        String requestedBy,
        BackupState state,
        long version) {

    /** The next version, in another state. */
    public Backup in(BackupState next) {
        return new Backup(
                id, clusterId, cluster, policy, repository, dueAt, requestedAt, requestedBy, next, version + 1);
    }

    /** {@code dump}, {@code physical} or {@code pgbackrest}. */
    public String method() {
        return policy.method();
    }
}
