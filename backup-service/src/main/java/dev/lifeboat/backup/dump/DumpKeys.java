package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.BackupMethod;
import java.util.UUID;

/**
 * Where a dump lies in its repository, the repository's own prefix left out. What an attempt writes lies below its epoch,
 * so that an owner which was stopped and replaced overwrites nothing; the manifest names the epoch that counts.
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
    String folder() {
        return "clusters/" + cluster + "/" + clusterId + "/dump/" + backupId + "/";
    }

    /** Written last. */
    String manifest() {
        return folder() + "manifest.json";
    }

    /** All that one owner writes. */
    String epoch(long epoch) {
        return folder() + epoch + "/";
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

    /** Whether an object below {@link #folder} was written by an owner before the given one. */
    boolean olderThan(long epoch, String key) {
        String rest = key.startsWith(folder()) ? key.substring(folder().length()) : "";
        int slash = rest.indexOf('/');
        if (slash <= 0 || !rest.substring(0, slash).chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        return Long.parseLong(rest.substring(0, slash)) < epoch;
    }
}
