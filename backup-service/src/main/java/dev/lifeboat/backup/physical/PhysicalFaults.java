package dev.lifeboat.backup.physical;

import dev.lifeboat.platform.basebackup.ManifestMismatch;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;

/** Whatever a physical backup threw, as one failure with a stable code, retryable or not. A pure function of it. */
final class PhysicalFaults {
    /** The WAL between start and stop is not stored. */
    static final String WAL_NOT_STORED = "physical.wal-not-stored";

    /** What arrived differs from the server's manifest. */
    static final String MANIFEST_MISMATCH = "physical.manifest-mismatch";

    /** What was stored is no longer there as it was. */
    static final String OBJECT_CHANGED = "physical.object-changed";

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private PhysicalFaults() {}

    /** The first in the chain of causes that says something exact. */
    static PhysicalFailure classify(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case PhysicalFailure known -> {
                    return known;
                }
                case ManifestMismatch other -> {
                    return PhysicalFailure.notAsSent(other.expected(), other.found(), thrown);
                }
                case StoreException store -> {
                    return new PhysicalFailure(
                            store.fault().failure(), store.fault().retryable(), thrown);
                }
                case SecretException secret -> {
                    return new PhysicalFailure(secret.failure(), false, thrown);
                }
                case PostgresException postgres -> {
                    return of(postgres.fault(), thrown);
                }
                case SQLException sql -> {
                    return of(PostgresFault.classify(sql), thrown);
                }
                case InterruptedException interrupted -> {
                    return interrupted(thrown);
                }
                case InterruptedIOException interrupted -> {
                    return interrupted(thrown);
                }
                case UncheckedIOException wrapper -> {
                    // Its cause says more.
                }
                case IOException disk -> {
                    return disk(disk, thrown);
                }
                default -> {}
            }
        }
        return new PhysicalFailure(
                new Failure(
                        "physical.unexpected",
                        "Something happened that nobody thought of.",
                        null,
                        String.valueOf(thrown),
                        "Report it, with the log of this service."),
                false,
                thrown);
    }

    /** Again after a while that doubles, at most a minute; failed when it was tried often enough. */
    static Step step(PhysicalFailure failure, int attempt, int attempts) {
        if (!failure.retryable() || attempt >= attempts) {
            return new Step.Failed(failure.failure());
        }
        Duration delay = Duration.ofSeconds(1L << Math.min(attempt, 10));
        return new Step.RetryAfter(delay.compareTo(LONGEST) > 0 ? LONGEST : delay, failure.failure());
    }

    private static PhysicalFailure of(PostgresFault fault, Throwable thrown) {
        return new PhysicalFailure(fault.failure(), fault.retryable(), thrown);
    }

    private static PhysicalFailure interrupted(Throwable thrown) {
        return new PhysicalFailure(
                new Failure("physical.interrupted", "The backup was interrupted.", null, null, "It is tried again."),
                true,
                thrown);
    }

    private static PhysicalFailure disk(IOException found, Throwable thrown) {
        return new PhysicalFailure(
                new Failure(
                        "physical.work-folder",
                        "The work folder could not be written or read.",
                        "a folder with room for the server's manifest: some 200 bytes for each of its files",
                        String.valueOf(found.getMessage()),
                        "Make room in the work folder; the archives themselves never lie there."),
                true,
                thrown);
    }
}
