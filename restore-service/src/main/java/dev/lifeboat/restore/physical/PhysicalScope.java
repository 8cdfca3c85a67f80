package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.restore.archive.ArchiveIsolation;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import java.util.Optional;

/**
 * What the keys of a cluster mean to a recovery of one physical backup: the backup itself and the WAL from its start on are
 * needed; what the primary's stream adds is WAL of timelines that were there before. Pieces of a segment go when it is stored
 * as a whole: that takes nothing away.
 */
final class PhysicalScope implements ArchiveIsolation.Scope {
    private final String backup;
    private final WalKeys keys;
    private final PhysicalSet set;
    private final int newest;

    PhysicalScope(BackupManifest manifest, ArchiveListing before) {
        String cluster = cluster(manifest);
        this.backup = cluster + "physical/" + manifest.backupId() + "/";
        this.keys = new WalKeys(cluster, WalKeys.COMPRESSED);
        this.set = manifest.physical();
        this.newest = before.entries().keySet().stream()
                .map(this::wal)
                .flatMap(Optional::stream)
                .mapToInt(WalObject::timeline)
                .max()
                .orElse(set.timeline());
    }

    /** All keys of the manifest's cluster begin with this. */
    static String cluster(BackupManifest manifest) {
        return "clusters/" + manifest.cluster() + "/" + manifest.clusterId() + "/";
    }

    @Override
    public boolean needed(String key) {
        if (key.startsWith(backup)) {
            return true;
        }
        return wal(key).map(object -> switch (object) {
                    case WalObject.Sealed sealed -> sealed.segment().end().isAfter(Lsn.parse(set.startLsn()));
                    case WalObject.Piece piece -> false;
                    case WalObject.History history -> true;
                })
                .orElse(false);
    }

    @Override
    public boolean byPrimary(String key) {
        if (key.startsWith(backup)) {
            // Written once, and never again.
            return false;
        }
        // No sandbox takes backups; its WAL would be of a timeline that was not there before.
        return wal(key).map(object -> object.timeline() <= newest).orElse(!key.startsWith(keys.folder()));
    }

    private Optional<WalObject> wal(String key) {
        return keys.parse(key, set.walSegmentBytes());
    }
}
