package dev.lifeboat.restore.run;

import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.schemas.backup.BackupManifest;

/** A backup whose repository answers and whose manifest was read. */
record OpenBackup(DeclaredRepository repository, ObjectStore store, BackupReader reader, BackupManifest manifest)
        implements AutoCloseable {
    @Override
    public void close() {
        store.close();
    }
}
