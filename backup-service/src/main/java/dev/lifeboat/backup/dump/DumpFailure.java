package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/** A dump did not come about; whether trying again may help is part of what is known. */
final class DumpFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean retryable;

    DumpFailure(Failure failure, boolean retryable) {
        this(failure, retryable, null);
    }

    DumpFailure(Failure failure, boolean retryable, Throwable cause) {
        super(failure.code() + ": " + failure.message(), cause);
        this.failure = failure;
        this.retryable = retryable;
    }

    Failure failure() {
        return failure;
    }

    boolean retryable() {
        return retryable;
    }
}
