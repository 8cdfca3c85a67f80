package dev.lifeboat.platform.process;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/**
 * A process that could not be started, or did not end as it should. Codes: {@code process.program-missing},
 * {@code process.user-unknown}, {@code process.user-refused}, {@code process.start-failed}, {@code process.failed},
 * {@code process.signalled}, {@code process.timed-out}, {@code process.cancelled}, {@code process.stream-failed},
 * {@code process.input-refused}, {@code process.work-folder}, {@code process.lost}.
 */
public final class ProcessException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    /** With what the process said or did. Give it nothing that was not redacted. */
    public ProcessException(Failure failure) {
        this(failure, null);
    }

    /** With the cause below it. */
    public ProcessException(Failure failure, Throwable cause) {
        super(failure.message() + (failure.found() == null ? "" : " Found: " + failure.found()), cause);
        this.failure = failure;
    }

    /** Code, message, expected, found, hint. */
    public Failure failure() {
        return failure;
    }
}
