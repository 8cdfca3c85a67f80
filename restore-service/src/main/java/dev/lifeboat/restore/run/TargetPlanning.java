package dev.lifeboat.restore.run;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.restore.archive.NotCarriedOut;
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
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Asks the archive what it holds, and chooses from that the backup that leads to the target. */
@ApplicationScoped
public class TargetPlanning {
    /** No attempt has this number: a folder to look into the archive from, without a server. */
    private static final int BEFORE_ANY_ATTEMPT = 0;

    private final Database database;
    private final Preparation preparation;
    private final BackupChoice choice;
    private final RestoreMethods methods;
    private final Sandboxes sandboxes;

    TargetPlanning(
            Database database,
            Preparation preparation,
            BackupChoice choice,
            RestoreMethods methods,
            Sandboxes sandboxes) {
        this.database = database;
        this.preparation = preparation;
        this.choice = choice;
        this.methods = methods;
        this.sandboxes = sandboxes;
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
        Chosen chosen = TargetChoice.choose(wanted.target(), candidates, archiveEnd(wanted, newest));
        return BackupChoice.used(chosen.backup()).aimedAt(chosen.aim());
    }

    private ArchiveEnd archiveEnd(Wanted wanted, BackupUsed newest) throws InterruptedException {
        try (OpenBackup open = preparation.open(newest)) {
            SandboxName name = new SandboxName(wanted.recoveryId(), BEFORE_ANY_ATTEMPT, 0);
            Sandbox scratch = sandboxes.create(name, open.manifest().majorVersion());
            try {
                return methods.of(open.manifest().method())
                        .archiveEnd(new ArchiveQuestion(
                                open.manifest(),
                                open.inventory(newest),
                                open.repository(),
                                open.reader(),
                                scratch,
                                wanted.target().timeline()));
            } finally {
                sandboxes.end(name);
            }
        }
    }
}
