package dev.lifeboat.restore.run;

import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;

/** A backup whose repository answers and whose manifest was read. */
record OpenBackup(DeclaredRepository repository, ObjectStore store, BackupReader reader, BackupManifest manifest)
        implements AutoCloseable {
    /** What was there when it was taken; null when the backup has none. */
    Inventory inventory(BackupUsed backup) {
        return reader.inventory(manifest.inventory() == null ? backup.inventory() : manifest.inventory())
                .orElse(null);
    }

    @Override
    public void close() {
        store.close();
    }
}
