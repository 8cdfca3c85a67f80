package dev.lifeboat.restore.archive;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/**
 * The backup cannot be brought back: bytes are missing or altered, the server does not start, the target is not reached.
 * The rehearsal was carried out and showed this.
 */
public final class DoesNotRestore extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** With what was shown. */
    public DoesNotRestore(Failure failure) {
        super(failure.message() + (failure.found() == null ? "" : " Found: " + failure.found()));
        this.failure = failure;
    }

    /** Code, message, expected, found, hint. */
    public Failure failure() {
        return failure;
    }
}
