package dev.lifeboat.backup.retention;

import dev.lifeboat.schemas.Failure;
import java.time.Instant;

/**
 * The life of a run of retention:
 *
 * <pre>
 * requested → running → completed | incomplete
 *     └──────────┴────→ failed
 * </pre>
 */
sealed interface RunState {

    /** The name that people and rows use. */
    String name();

    /** It is wanted. */
    record Requested() implements RunState {
        @Override
        public String name() {
            return "requested";
        }

        Running toRunning(Instant at) {
            return new Running(at);
        }

        Failed toFailed(Failure failure, Instant at) {
            return new Failed(null, at, failure);
        }
    }

    /** Somebody works on it, or will again. */
    record Running(Instant startedAt) implements RunState {
        @Override
        public String name() {
            return "running";
        }

        Completed toCompleted(Instant at) {
            return new Completed(startedAt, at);
        }

        Incomplete toIncomplete(Failure failure, Instant at) {
            return new Incomplete(startedAt, at, failure);
        }

        Failed toFailed(Failure failure, Instant at) {
            return new Failed(startedAt, at, failure);
        }
    }

    /** All that was to go is gone. */
    record Completed(Instant startedAt, Instant endedAt) implements RunState {
        @Override
        public String name() {
            return "completed";
        }
    }

    /** Some of what was to go could not be removed; the next run goes on with it. */
    record Incomplete(Instant startedAt, Instant endedAt, Failure failure) implements RunState {
        @Override
        public String name() {
            return "incomplete";
        }
    }

    /** It could not be carried out. {@code startedAt} is null if work never began. */
    record Failed(Instant startedAt, Instant endedAt, Failure failure) implements RunState {
        @Override
        public String name() {
            return "failed";
        }
    }
}
