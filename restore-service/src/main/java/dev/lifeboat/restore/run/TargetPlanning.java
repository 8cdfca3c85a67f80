package dev.lifeboat.restore.run;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.restore.pointintime.ArchiveEnd;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.restore.pointintime.TargetChoice.Chosen;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Wanted;
import dev.lifeboat.restore.run.RestoreMethod.ArchiveQuestion;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxName;
import dev.lifeboat.restore.sandbox.Sandboxes;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/** Asks the archive what it holds, and chooses from that the backup that leads to the target. */
@ApplicationScoped
public class TargetPlanning {
    /** No attempt has this number: a folder to look into the archive from, without a server. */
    private static final int BEFORE_ANY_ATTEMPT = 0;

    private final Database database;
    private final Fleet fleet;
    private final BackupChoice choice;
    private final RepositoryStores repositories;
    private final RestoreMethods methods;
    private final Sandboxes sandboxes;
    private final InstantSource clock;

    TargetPlanning(
            Database database,
            Fleet fleet,
            BackupChoice choice,
            RepositoryStores repositories,
            RestoreMethods methods,
            Sandboxes sandboxes,
            InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.choice = choice;
        this.repositories = repositories;
        this.methods = methods;
        this.sandboxes = sandboxes;
        this.clock = clock;
    }

    /**
     * The backup that leads to the target, and what it shall reach. What asks for no moment, or has its aim from an earlier
     * attempt, stays as it is.
     *
     * @param newest usable backup, or the named one
     * @throws NotCarriedOut {@code target.outside-window} with the nearest moments that work
     */
    BackupUsed aim(Wanted wanted, BackupUsed newest) throws InterruptedException {
        if (!TargetChoice.reachesTarget(wanted.kind()) || newest.aim() != null) {
            return newest;
        }
        List<BackupCompleted> candidates = database.inTransaction(tx -> choice.candidates(tx, wanted, newest));
        if (candidates.isEmpty()) {
            throw NotCarriedOut.forGood(BackupChoice.none(wanted));
        }
        DeclaredRepository repository = database.inTransaction(tx -> fleet.repository(tx, newest.repository()))
                .orElseThrow(() -> Preparation.unknown(newest.repository()));
        Chosen chosen = TargetChoice.choose(wanted.target(), candidates, archiveEnd(wanted, newest, repository));
        return BackupChoice.used(chosen.backup()).aimedAt(chosen.aim());
    }

    private ArchiveEnd archiveEnd(Wanted wanted, BackupUsed newest, DeclaredRepository repository)
            throws InterruptedException {
        try (ObjectStore store = repositories.openForReading(repository.spec())) {
            BackupReader reader = new BackupReader(store, clock);
            BackupManifest manifest = reader.manifest(newest.manifest());
            Inventory inventory = reader.inventory(
                            manifest.inventory() == null ? newest.inventory() : manifest.inventory())
                    .orElse(null);
            SandboxName name = new SandboxName(wanted.recoveryId(), BEFORE_ANY_ATTEMPT, 0);
            Sandbox scratch = sandboxes.create(name, manifest.majorVersion());
            try {
                return methods.of(manifest.method())
                        .archiveEnd(new ArchiveQuestion(
                                manifest,
                                inventory,
                                repository,
                                reader,
                                scratch,
                                wanted.target().timeline()));
            } finally {
                sandboxes.end(name);
            }
        }
    }
}
