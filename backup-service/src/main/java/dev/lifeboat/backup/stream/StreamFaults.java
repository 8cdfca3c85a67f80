package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.wal.WalException;
import dev.lifeboat.backup.wal.WalOutcome;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/** What breaks a stream, and how long it waits after that. */
final class StreamFaults {
    /** Passing troubles, like a server that is started again, are no news before they come so often in a row. */
    static final int WORTH_TELLING = 3;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 10;

    private StreamFaults() {}

    /** A stream broke. */
    static final class Broken extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final boolean retryable;
        private final transient Failure failure;

        Broken(boolean retryable, Failure failure) {
            super(failure.code() + ": " + failure.message());
            this.retryable = retryable;
            this.failure = failure;
        }

        static Broken of(WalOutcome.Failed failed) {
            return new Broken(failed.retryable(), failed.failure());
        }

        /** Whether it may go well without anybody changing anything. */
        boolean retryable() {
            return retryable;
        }

        Failure failure() {
            return failure;
        }
    }

    /** How long until it is begun again, after so many failures in a row. */
    static Duration pause(boolean retryable, int failures, Duration blocked) {
        if (!retryable) {
            return blocked;
        }
        int doublings = Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1));
        return shorter(FIRST_PAUSE.multipliedBy(1L << doublings), LONGEST_PAUSE);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static Failure spool(IOException thrown) {
        return new Failure(
                WalException.SPOOL,
                "WAL that is not yet stored cannot be kept on disk.",
                "a work folder that can be written",
                String.valueOf(thrown),
                "Make room in the work folder. Nothing is lost: the server keeps what was not acknowledged.");
    }

    static Failure databaseAway(Throwable thrown) {
        return new Failure(
                "service.database-away",
                "The service's own database did not answer.",
                null,
                String.valueOf(thrown.getMessage()),
                "It is tried again.");
    }

    static Failure unexpected(Throwable thrown) {
        return new Failure(
                "wal.unexpected",
                "Streaming failed in a way that nobody thought of.",
                null,
                String.valueOf(thrown),
                "Report it, with the log of this service.");
    }
}
