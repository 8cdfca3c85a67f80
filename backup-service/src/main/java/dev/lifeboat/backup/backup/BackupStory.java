package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.Keys;
import java.util.Optional;

/** What each state of a backup says to the world. */
final class BackupStory {
    private BackupStory() {}

    /** The event that goes with having come into this state; none for expiring, which nobody else needs to know. */
    static Optional<Publication> of(Backup backup) {
        return data(backup)
                .map(data -> new Publication(
                        Keys.cluster(backup.cluster()),
                        "backup/" + backup.id(),
                        backup.clusterId(),
                        backup.version(),
                        data));
    }

    private static Optional<BackupEvent> data(Backup b) {
        String type = b.policy().type();
        return switch (b.state()) {
            case BackupState.Requested ignored ->
                Optional.of(new BackupEvent.BackupRequested(
                        b.id(),
                        b.cluster(),
                        b.method(),
                        type,
                        b.policy().name(),
                        b.dueAt(),
                        b.requestedAt(),
                        b.requestedBy()));
            case BackupState.Running running ->
                Optional.of(new BackupEvent.BackupStarted(
                        b.id(), b.cluster(), b.method(), running.attempt(), running.startedAt()));
            case BackupState.Completed completed -> Optional.of(completed(b, completed));
            case BackupState.Failed failed ->
                Optional.of(new BackupEvent.BackupFailed(
                        b.id(),
                        b.cluster(),
                        b.method(),
                        type,
                        b.policy().name(),
                        b.dueAt(),
                        b.requestedAt(),
                        failed.startedAt(),
                        failed.failedAt(),
                        failed.failure(),
                        b.requestedBy()));
            case BackupState.Skipped skipped ->
                Optional.of(new BackupEvent.BackupSkipped(
                        b.id(),
                        b.cluster(),
                        b.method(),
                        b.policy().name(),
                        b.dueAt(),
                        skipped.skippedAt(),
                        skipped.reason()));
            case BackupState.Expiring ignored -> Optional.empty();
            case BackupState.Expired expired ->
                Optional.of(new BackupEvent.BackupExpired(
                        b.id(), b.cluster(), b.method(), b.repository(), expired.expiredAt(), expired.reason()));
        };
    }

    private static BackupEvent completed(Backup b, BackupState.Completed completed) {
        Outcome outcome = completed.outcome();
        return new BackupEvent.BackupCompleted(
                b.id(),
                b.cluster(),
                b.method(),
                outcome.type() == null ? b.policy().type() : outcome.type(),
                outcome.label(),
                outcome.priorLabels(),
                b.repository(),
                b.policy().name(),
                b.dueAt(),
                b.requestedAt(),
                completed.startedAt(),
                completed.completedAt(),
                outcome.databaseBytes(),
                outcome.storedBytes(),
                outcome.databases(),
                outcome.snapshotAt(),
                outcome.startLsn(),
                outcome.stopLsn(),
                outcome.timeline(),
                outcome.systemIdentifier(),
                outcome.manifest(),
                outcome.inventory(),
                outcome.omissions(),
                b.requestedBy());
    }
}
