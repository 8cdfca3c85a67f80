package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import java.util.UUID;

/**
 * Where a backup by pgBackRest lies in its repository, the repository's own prefix left out: the set in pgBackRest's own
 * tree, what Lifeboat says about it beside that.
 */
record SetKeys(String cluster, UUID clusterId, UUID backupId) {

    static SetKeys of(BackupMethod.Job job) {
        return new SetKeys(job.cluster().spec().name(), job.cluster().id(), job.backupId());
    }

    static SetKeys of(BackupMethod.Stored stored) {
        return new SetKeys(stored.cluster().spec().name(), stored.cluster().id(), stored.backupId());
    }

    /** What the repository says about the cluster. */
    String clusterDescription() {
        return "clusters/" + cluster + "/" + clusterId + "/cluster.json";
    }

    /** pgBackRest's own tree, without a slash at its end. */
    String repository() {
        return PgBackRestRepository.keyPrefix(cluster, clusterId);
    }

    /** Sets of the stanza within that tree. */
    String sets() {
        return repository() + "/backup/" + cluster + "/";
    }

    /** Written last. */
    String manifest() {
        return manifestOf(backupId.toString());
    }

    String inventory() {
        return folder(backupId.toString()) + "inventory.json";
    }

    /** The manifest of another backup of the same cluster. */
    String manifestOf(String otherBackupId) {
        return folder(otherBackupId) + "manifest.json";
    }

    private String folder(String id) {
        return "clusters/" + cluster + "/" + clusterId + "/sets/" + id + "/";
    }
}
