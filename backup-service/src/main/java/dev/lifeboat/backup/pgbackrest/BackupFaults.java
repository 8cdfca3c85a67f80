package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.pgbackrest.PgBackRestException;
import dev.lifeboat.platform.pgbackrest.PgBackRestFault;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.process.ProcessException;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;

/** Whatever a backup by pgBackRest threw, as one failure with a stable code, retryable or not. A pure function of it. */
final class BackupFaults {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private BackupFaults() {}

    /** The first in the chain of causes that says something exact. */
    static PgBackRestFault classify(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case PgBackRestException known -> {
                    return known.fault();
                }
                case PostgresException server -> {
                    return new PgBackRestFault(
                            server.fault().retryable(), server.fault().failure());
                }
                case StoreException store -> {
                    return new PgBackRestFault(
                            store.fault().retryable(), store.fault().failure());
                }
                case SecretException secret -> {
                    return new PgBackRestFault(false, secret.failure());
                }
                case ProcessException process -> {
                    return new PgBackRestFault(process.getCause() != null, process.failure());
                }
                case InterruptedException interrupted -> {
                    return new PgBackRestFault(
                            true,
                            new Failure(
                                    "pgbackrest.interrupted",
                                    "The backup was interrupted.",
                                    null,
                                    null,
                                    "It is tried again."));
                }
                default -> {}
            }
        }
        return new PgBackRestFault(
                false,
                new Failure(
                        "pgbackrest.unexpected",
                        "Something happened that nobody thought of.",
                        null,
                        String.valueOf(thrown),
                        "Report it, with the log of this service."));
    }

    /** Again after a while that doubles, at most a minute; failed when it was tried often enough. */
    static Step step(PgBackRestFault fault, int attempt, int attempts) {
        if (!fault.retryable() || attempt >= attempts) {
            return new Step.Failed(fault.failure());
        }
        Duration delay = Duration.ofSeconds(1L << Math.min(attempt, 10));
        return new Step.RetryAfter(delay.compareTo(LONGEST) > 0 ? LONGEST : delay, fault.failure());
    }
}
