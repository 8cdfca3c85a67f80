package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupMethod;
import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.backup.backup.BackupMethods;
import dev.lifeboat.backup.backup.BackupPins;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.audit.AuditEvent.ActionRecorded;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The steps of one removal in the catalogue: begun, then expired or failed. Each is one commit, told by its events. */
@ApplicationScoped
class Removing {
    static final String NOT_DECLARED = "retention.repository-not-declared";

    private final BackupCatalogue catalogue;
    private final BackupMethods methods;
    private final BackupPins pins;
    private final Fleet fleet;
    private final Removals removals;
    private final Outbox outbox;
    private final InstantSource clock;

    Removing(
            BackupCatalogue catalogue,
            BackupMethods methods,
            BackupPins pins,
            Fleet fleet,
            Removals removals,
            Outbox outbox,
            InstantSource clock) {
        this.catalogue = catalogue;
        this.methods = methods;
        this.pins = pins;
        this.fleet = fleet;
        this.removals = removals;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** What is to be removed, and by which method; no place when its repository is not declared any more. */
    record Begun(UUID backupId, String repository, BackupMethod method, Optional<Stored> stored) {}

    /**
     * Begins to remove a backup: from this commit on nobody can pin it.
     *
     * @return empty, and nothing changed, if things are not any more as they were decided about
     */
    Optional<Begun> begin(Handle transaction, RetentionRun run, Decision decision) {
        Backup backup = catalogue.lock(transaction, decision.backup().id()).orElseThrow();
        BackupState.Completed completed;
        switch (backup.state()) {
            case BackupState.Completed state -> {
                // Who pins takes this lock too: what we see now is all that was pinned before.
                if (pins.pinned(transaction, backup.id())) {
                    return Optional.empty();
                }
                completed = state;
                catalogue.move(transaction, backup, state.toExpiring(decision.explanation(), clock.instant()));
            }
            case BackupState.Expiring state -> completed = state.completed();
            default -> {
                return Optional.empty();
            }
        }
        removals.begin(transaction, run.id(), decision, clock.instant());
        return Optional.of(new Begun(
                backup.id(),
                backup.repository(),
                methods.named(backup.method()),
                stored(transaction, backup, completed)));
    }

    private Optional<Stored> stored(Handle transaction, Backup backup, BackupState.Completed completed) {
        var cluster = fleet.cluster(transaction, backup.clusterId()).orElseThrow();
        return fleet.repository(transaction, backup.repository())
                .map(repository -> new Stored(
                        backup.id(),
                        cluster,
                        repository,
                        completed.outcome().manifest(),
                        completed.outcome().label()));
    }

    /** The last object is gone. */
    void expired(Handle transaction, RetentionRun run, UUID backupId) {
        Instant now = clock.instant();
        Backup backup = catalogue.lock(transaction, backupId).orElseThrow();
        if (backup.state() instanceof BackupState.Expiring expiring) {
            Backup gone = catalogue.move(transaction, backup, expiring.toExpired(now));
            audit(transaction, run, gone, expiring, now);
        }
        removals.expired(transaction, run.id(), backupId, now);
    }

    /** It is still there, wholly or in part, and stays expiring: a later run goes on with it. */
    void failed(Handle transaction, RetentionRun run, UUID backupId, Failure failure) {
        removals.failed(transaction, run.id(), backupId, failure, clock.instant());
    }

    private void audit(Handle transaction, RetentionRun run, Backup gone, BackupState.Expiring expiring, Instant now) {
        var manifest = expiring.completed().outcome().manifest();
        outbox.publish(
                transaction,
                new Publication(
                        "cluster/" + gone.cluster(),
                        "backup/" + gone.id(),
                        gone.clusterId(),
                        gone.version(),
                        new ActionRecorded(
                                run.requestedBy(),
                                "backup.expired",
                                "backup/" + gone.id(),
                                manifest == null ? null : manifest.sha256(),
                                null,
                                "done",
                                expiring.reason(),
                                now)));
    }

    static Failure notDeclared(String repository) {
        return new Failure(
                NOT_DECLARED,
                "The repository that holds the backup is not declared any more.",
                "repository " + repository + ", declared",
                "none of that name",
                "Declare it again until its backups are gone.");
    }
}
