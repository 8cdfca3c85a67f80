package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.Failure;
import java.time.Instant;

/** A {@link BackupState} as columns of a row, and back. */
record BackupColumns(
        int attempt,
        Instant startedAt,
        Instant endedAt,
        Outcome outcome,
        Failure failure,
        String reason,
        Instant reasonAt) {

    static BackupColumns of(BackupState state) {
        return switch (state) {
            case BackupState.Requested ignored -> new BackupColumns(0, null, null, null, null, null, null);
            case BackupState.Running s -> new BackupColumns(s.attempt(), s.startedAt(), null, null, null, null, null);
            case BackupState.Completed s -> completed(s, null, null);
            case BackupState.Failed s ->
                new BackupColumns(s.attempt(), s.startedAt(), s.failedAt(), null, s.failure(), null, null);
            case BackupState.Skipped s -> new BackupColumns(0, null, s.skippedAt(), null, null, s.reason(), null);
            case BackupState.Expiring s -> completed(s.completed(), s.reason(), s.since());
            case BackupState.Expired s -> completed(s.completed(), s.reason(), s.expiredAt());
        };
    }

    private static BackupColumns completed(BackupState.Completed s, String reason, Instant reasonAt) {
        return new BackupColumns(s.attempt(), s.startedAt(), s.completedAt(), s.outcome(), null, reason, reasonAt);
    }

    BackupState state(String name) {
        return switch (name) {
            case "requested" -> new BackupState.Requested();
            case "running" -> new BackupState.Running(attempt, startedAt);
            case "completed" -> completed();
            case "failed" -> new BackupState.Failed(attempt, startedAt, endedAt, failure);
            case "skipped" -> new BackupState.Skipped(endedAt, reason);
            case "expiring" -> new BackupState.Expiring(completed(), reason, reasonAt);
            case "expired" -> new BackupState.Expired(completed(), reason, reasonAt);
            default -> throw new IllegalStateException("unknown state of a backup: " + name);
        };
    }

    private BackupState.Completed completed() {
        return new BackupState.Completed(attempt, startedAt, endedAt, outcome);
    }
}
