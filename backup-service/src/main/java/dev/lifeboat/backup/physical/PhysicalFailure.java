package dev.lifeboat.backup.physical;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/** A physical backup did not come about; whether trying again may help is part of what is known. */
final class PhysicalFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean retryable;

    PhysicalFailure(Failure failure, boolean retryable, Throwable cause) {
        super(failure.code() + ": " + failure.message(), cause);
        this.failure = failure;
        this.retryable = retryable;
    }

    /** What arrived is not what the server's manifest says; the way from its disk to us may do better next time. */
    static PhysicalFailure notAsSent(String expected, String found, Throwable cause) {
        return new PhysicalFailure(
                new Failure(
                        PhysicalFaults.MANIFEST_MISMATCH,
                        "What arrived is not what the server's manifest says that it sent.",
                        expected,
                        found,
                        "Nothing of it is kept, and it is tried again. If it stays so, suspect memory or network between"
                                + " the server and this service."),
                true,
                cause);
    }

    Failure failure() {
        return failure;
    }

    boolean retryable() {
        return retryable;
    }
}
