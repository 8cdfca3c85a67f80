package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Finds backups by what callers write, and shows them as they stand. */
@ApplicationScoped
public class BackupViews {
    private final BackupCatalogue catalogue;
    private final Operations operations;

    /** Reads the catalogue and the operations. */
    public BackupViews(BackupCatalogue catalogue, Operations operations) {
        this.catalogue = catalogue;
        this.operations = operations;
    }

    /** As the API shows it. */
    BackupView of(Handle transaction, Backup backup) {
        return BackupView.of(backup, operations.find(transaction, backup.id()));
    }

    /**
     * The backup of that id.
     *
     * @throws Problem 404 if there is none, or if this is no id
     */
    Backup known(Handle transaction, String id) {
        return parsed(id)
                .flatMap(uuid -> catalogue.find(transaction, uuid))
                .orElseThrow(() -> Problem.notFound("backup", id));
    }

    static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
