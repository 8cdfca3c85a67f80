package dev.lifeboat.restore.run;

import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.catalogue.Catalogue;
import dev.lifeboat.restore.recovery.BackupUsed;
import dev.lifeboat.restore.recovery.Wanted;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which backup a recovery reads. */
@ApplicationScoped
public class BackupChoice {
    private final Catalogue catalogue;

    BackupChoice(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** The named one, or the newest usable; empty when it is not (or not yet) known. */
    public Optional<BackupUsed> choose(Handle transaction, Wanted wanted) {
        if (wanted.backupId() == null) {
            return catalogue
                    .latestUsable(transaction, wanted.cluster(), wanted.clusterId(), wanted.method(), wanted.searched())
                    .map(BackupChoice::used);
        }
        Optional<BackupCompleted> named = catalogue.usable(transaction, wanted.backupId());
        if (named.isEmpty() && catalogue.isExpired(transaction, wanted.backupId())) {
            throw NotCarriedOut.forGood(new Failure(
                    "backup.expired",
                    "The backup is expired: retention removed it.",
                    "a backup that is there",
                    wanted.backupId().toString(),
                    "Name another backup, or none for the latest."));
        }
        named.ifPresent(backup -> requireFits(backup, wanted));
        return named.map(BackupChoice::used);
    }

    /** All usable ones in that repository that a moment may be reached with; the named one alone, when one is named. */
    public List<BackupCompleted> candidates(Handle transaction, Wanted wanted, BackupUsed newest) {
        if (wanted.backupId() != null) {
            return catalogue.usable(transaction, newest.backupId()).stream().toList();
        }
        return catalogue.allUsable(
                transaction, wanted.cluster(), wanted.clusterId(), newest.method(), newest.repository());
    }

    /** Why none was found. */
    public static Failure none(Wanted wanted) {
        if (wanted.backupId() != null) {
            return new Failure(
                    "backup.unknown",
                    "No completed backup of this id is known here.",
                    "the id of a completed backup",
                    wanted.backupId().toString(),
                    "Look at GET /api/v1/backups/{id} of backup-service, and start the drill again when it is completed.");
        }
        return new Failure(
                "backup.none-usable",
                "There is no usable backup to restore.",
                "a completed backup of " + wanted.cluster() + " by method " + wanted.method() + " in repository "
                        + String.join(" or ", wanted.searched()),
                "none",
                "Take a backup, and start the drill again when it is completed.");
    }

    private static void requireFits(BackupCompleted backup, Wanted wanted) {
        boolean fits = backup.cluster().equals(wanted.cluster())
                && (wanted.method() == null || backup.method().equals(wanted.method()))
                && (wanted.repository() == null || backup.repository().equals(wanted.repository()));
        if (!fits) {
            throw NotCarriedOut.forGood(new Failure(
                    "backup.other",
                    "The named backup is another than the drill asks for.",
                    wanted.cluster()
                            + (wanted.method() == null ? "" : ", " + wanted.method())
                            + (wanted.repository() == null ? "" : ", in " + wanted.repository()),
                    backup.cluster() + ", " + backup.method() + ", in " + backup.repository(),
                    "Name a backup of this cluster, method and repository."));
        }
    }

    static BackupUsed used(BackupCompleted backup) {
        return new BackupUsed(
                backup.backupId(),
                backup.method(),
                backup.repository(),
                backup.label(),
                backup.priorLabels(),
                backup.completedAt(),
                backup.snapshotAt(),
                backup.databaseBytes(),
                backup.storedBytes(),
                backup.manifest(),
                backup.inventory(),
                null);
    }
}
