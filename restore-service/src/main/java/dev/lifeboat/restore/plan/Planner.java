package dev.lifeboat.restore.plan;

import dev.lifeboat.restore.plan.Preflight.Needs;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.Inventory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts a plan together from what the backup says of itself, what the host offers, and how earlier runs went. */
public final class Planner {
    private Planner() {}

    /**
     * The plan.
     *
     * @param inventory null when the backup has none
     * @param scratchBytes room for downloads beside the data
     */
    public static RecoveryPlan plan(
            Instant now,
            BackupManifest manifest,
            Inventory inventory,
            BackupUsed backup,
            HostFacts host,
            boolean readCredentials,
            long scratchBytes,
            List<Estimate.PastRun> history) {
        long databaseBytes = databaseBytes(manifest, inventory, backup);
        Estimate estimate = Estimate.of(databaseBytes, history);
        return new RecoveryPlan(
                now,
                manifest.cluster(),
                manifest.method(),
                manifest.backupId(),
                backup.repository(),
                chain(manifest),
                backup.storedBytes() == null ? 0 : backup.storedBytes(),
                databaseBytes,
                estimate.duration(),
                estimate.basis(),
                Preflight.check(new Needs(manifest, inventory, databaseBytes, scratchBytes, readCredentials), host),
                backup.aim());
    }

    private static List<String> chain(BackupManifest manifest) {
        List<String> chain = new ArrayList<>();
        if (manifest.pgbackrest() != null) {
            if (manifest.pgbackrest().priorLabels() != null) {
                chain.addAll(manifest.pgbackrest().priorLabels());
            }
            chain.add(manifest.pgbackrest().label());
        } else if (manifest.databases() != null) {
            manifest.databases().stream().map(DatabaseDump::name).forEach(chain::add);
        }
        return chain;
    }

    /** What the inventory says about the databases concerned; the event's figure where there is none. */
    private static long databaseBytes(BackupManifest manifest, Inventory inventory, BackupUsed backup) {
        if (inventory == null) {
            return backup.databaseBytes() == null ? 0 : backup.databaseBytes();
        }
        return inventory.databases().stream()
                .filter(database -> manifest.databases() == null
                        || manifest.databases().stream()
                                .anyMatch(dump -> dump.name().equals(database.name())))
                .mapToLong(Inventory.Database::bytes)
                .sum();
    }
}
