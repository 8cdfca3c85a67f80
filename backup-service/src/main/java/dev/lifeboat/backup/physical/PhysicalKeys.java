package dev.lifeboat.backup.physical;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.EpochFolder;
import java.util.UUID;

/** Where a physical backup lies in its repository, the repository's own prefix left out. */
record PhysicalKeys(String cluster, UUID clusterId, UUID backupId) {

    static PhysicalKeys of(BackupMethod.Job job) {
        return new PhysicalKeys(job.cluster().spec().name(), job.cluster().id(), job.backupId());
    }

    static PhysicalKeys of(BackupMethod.Stored stored) {
        return new PhysicalKeys(stored.cluster().spec().name(), stored.cluster().id(), stored.backupId());
    }

    /** All of the cluster, its WAL too. */
    String clusterFolder() {
        return "clusters/" + cluster + "/" + clusterId + "/";
    }

    /** What the repository says about the cluster. */
    String clusterDescription() {
        return clusterFolder() + "cluster.json";
    }

    /** All of this backup. */
    EpochFolder place() {
        return new EpochFolder(clusterFolder() + "physical/" + backupId + "/");
    }

    /** An archive; its name is the server's. */
    String archive(long epoch, String name) {
        return place().epoch(epoch) + name;
    }

    /** The server's manifest, under the name that it has in a data directory. */
    String backupManifest(long epoch) {
        return place().epoch(epoch) + "backup_manifest";
    }

    String inventory(long epoch) {
        return place().epoch(epoch) + "inventory.json";
    }
}
