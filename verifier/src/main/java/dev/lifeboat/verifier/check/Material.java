package dev.lifeboat.verifier.check;

import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.fleet.CheckSpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the restored copy is held against.
 *
 * @param clusterId of the cluster that was asked for
 * @param databases that shall be looked at
 * @param assertions the owner's own, as they were when the run began; empty if those are not known here
 */
public record Material(
        UUID clusterId,
        BackupManifest manifest,
        Inventory inventory,
        Optional<Fingerprints> fingerprints,
        List<String> databases,
        Optional<List<CheckSpec>> assertions) {

    /** Whether the copy is one of files, with all that the server had, and not of rows. */
    public boolean physical() {
        return !"dump".equals(manifest.method());
    }
}
