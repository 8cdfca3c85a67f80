package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.Failure;
import java.time.Instant;

/**
 * The life of a backup. Only the moves that a state offers exist:
 *
 * <pre>
 * requested → running → completed → expiring → expired
 *     │          │ ↺ (again, by a later attempt)
 *     └──────────┴──→ failed            skipped (from the beginning)
 * </pre>
 */
public sealed interface BackupState {

    /** The name that people and rows use. */
    String name();

    /** Somebody or a schedule wants it. */
    record Requested() implements BackupState {
        @Override
        public String name() {
            return "requested";
        }

        /** Work begins. */
        public Running toRunning(int attempt, Instant at) {
            return new Running(attempt, at);
        }

        /** It ended before work began: cancelled, or past its deadline. */
        public Failed toFailed(Failure failure, Instant at) {
            return new Failed(0, null, at, failure);
        }
    }

    /** Somebody works on it, or will again. {@code startedAt} is the beginning of the first attempt. */
    record Running(int attempt, Instant startedAt) implements BackupState {
        @Override
        public String name() {
            return "running";
        }

        /** A later attempt takes over, after a crash or a retry. */
        public Running again(int later) {
            return new Running(Math.max(attempt, later), startedAt);
        }

        /** The manifest is checked and stored, every byte is confirmed. */
        public Completed toCompleted(Outcome outcome, Instant at) {
            return new Completed(attempt, startedAt, at, outcome);
        }

        /** It will not come. */
        public Failed toFailed(Failure failure, Instant at) {
            return new Failed(attempt, startedAt, at, failure);
        }
    }

    /** It can be restored. */
    record Completed(int attempt, Instant startedAt, Instant completedAt, Outcome outcome) implements BackupState {
        @Override
        public String name() {
            return "completed";
        }

        /** Retention lets it go: from here on nobody may begin to read it. */
        public Expiring toExpiring(String reason, Instant at) {
            return new Expiring(this, reason, at);
        }
    }

    /** It did not come, and nothing of it counts. {@code startedAt} is null if work never began. */
    record Failed(int attempt, Instant startedAt, Instant failedAt, Failure failure) implements BackupState {
        @Override
        public String name() {
            return "failed";
        }
    }

    /** A run was due and was left out. */
    record Skipped(Instant skippedAt, String reason) implements BackupState {
        @Override
        public String name() {
            return "skipped";
        }
    }

    /** Its objects are being removed. */
    record Expiring(Completed completed, String reason, Instant since) implements BackupState {
        @Override
        public String name() {
            return "expiring";
        }

        /** The last object is gone. */
        public Expired toExpired(Instant at) {
            return new Expired(completed, reason, at);
        }
    }

    /** It was there once. */
    record Expired(Completed completed, String reason, Instant expiredAt) implements BackupState {
        @Override
        public String name() {
            return "expired";
        }
    }
}
