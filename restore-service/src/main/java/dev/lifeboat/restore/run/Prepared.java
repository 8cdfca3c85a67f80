package dev.lifeboat.restore.run;

import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.restore.plan.HostFacts;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;

/**
 * All that is known before anything is touched.
 *
 * @param inventory null when the backup has none
 */
record Prepared(
        BackupUsed backup,
        DeclaredRepository repository,
        ObjectStore store,
        BackupReader reader,
        BackupManifest manifest,
        Inventory inventory,
        HostFacts host,
        RecoveryPlan plan)
        implements AutoCloseable {
    @Override
    public void close() {
        store.close();
    }
}
