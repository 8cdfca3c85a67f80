package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.EpochFolder;
import java.util.UUID;

/**
 * Where a dump lies in its repository, the repository's own prefix left out.
 */
record DumpKeys(String cluster, UUID clusterId, UUID backupId) {

    static DumpKeys of(BackupMethod.Job job) {
        return new DumpKeys(job.cluster().spec().name(), job.cluster().id(), job.backupId());
    }

    static DumpKeys of(BackupMethod.Stored stored) {
        return new DumpKeys(stored.cluster().spec().name(), stored.cluster().id(), stored.backupId());
    }

    /** What the repository says about the cluster. */
    String clusterDescription() {
        return "clusters/" + cluster + "/" + clusterId + "/cluster.json";
    }

    /** All of this backup. */
    EpochFolder place() {
        return new EpochFolder("clusters/" + cluster + "/" + clusterId + "/dump/" + backupId + "/");
    }

    /** All that one owner writes. */
    String epoch(long epoch) {
        return place().epoch(epoch);
    }

    String globals(long epoch) {
        return epoch(epoch) + "globals.sql";
    }

    String inventory(long epoch) {
        return epoch(epoch) + "inventory.json";
    }

    String fingerprints(long epoch) {
        return epoch(epoch) + "fingerprints.json";
    }

    /** One file of a database's dump; by oid, because a name may be anything. */
    String file(long epoch, long databaseOid, String name) {
        return epoch(epoch) + "databases/" + databaseOid + "/" + name;
    }
}
