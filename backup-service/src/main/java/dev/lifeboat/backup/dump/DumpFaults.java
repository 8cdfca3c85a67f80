package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.process.ProcessException;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;

/** Whatever a dump threw, as one failure with a stable code, retryable or not. A pure function of it. */
final class DumpFaults {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private DumpFaults() {}

    /** The first in the chain of causes that says something exact. */
    static DumpFailure classify(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case DumpFailure known -> {
                    return known;
                }
                case StoreException store -> {
                    return new DumpFailure(
                            store.fault().failure(), store.fault().retryable(), thrown);
                }
                case SecretException secret -> {
                    return new DumpFailure(secret.failure(), false, thrown);
                }
                case PostgresException postgres
                when !(postgres.getCause() instanceof SQLException) -> {
                    return new DumpFailure(
                            postgres.fault().failure(), postgres.fault().retryable(), thrown);
                }
                case SQLException sql -> {
                    return SqlFaults.explain(sql);
                }
                case ProcessException process
                when process.getCause() == null -> {
                    return new DumpFailure(process.failure(), false, thrown);
                }
                case FileSystemException file -> {
                    return disk(file);
                }
                default -> {}
            }
        }
        if (thrown instanceof ProcessException process) {
            return new DumpFailure(process.failure(), true, thrown);
        }
        if (thrown instanceof IOException io) {
            return disk(io);
        }
        if (thrown instanceof InterruptedException) {
            return new DumpFailure(
                    new Failure("dump.interrupted", "The dump was interrupted.", null, null, "It is tried again."),
                    true,
                    thrown);
        }
        return new DumpFailure(
                new Failure(
                        "dump.unexpected",
                        "Something happened that nobody thought of.",
                        null,
                        String.valueOf(thrown),
                        "Report it, with the log of this service."),
                false,
                thrown);
    }

    private static DumpFailure disk(IOException thrown) {
        return new DumpFailure(
                new Failure(
                        "dump.disk-full",
                        "The work folder could not be written or read.",
                        "a folder with room for a dump in directory format",
                        String.valueOf(thrown.getMessage()),
                        "Make room in the work folder; the custom format needs none."),
                true,
                thrown);
    }

    /** Again after a while that doubles, at most a minute; failed when it was tried often enough. */
    static Step step(DumpFailure failure, int attempt, int attempts) {
        if (!failure.retryable() || attempt >= attempts) {
            return new Step.Failed(failure.failure());
        }
        Duration delay = Duration.ofSeconds(1L << Math.min(attempt, 10));
        return new Step.RetryAfter(delay.compareTo(LONGEST) > 0 ? LONGEST : delay, failure.failure());
    }
}
