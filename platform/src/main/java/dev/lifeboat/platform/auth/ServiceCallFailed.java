package dev.lifeboat.platform.auth;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/** Another service did not do what it was asked for. */
public final class ServiceCallFailed extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Failure failure;

    ServiceCallFailed(int status, Failure failure, Throwable cause) {
        super(failure.code() + ": " + failure.message(), cause);
        this.status = status;
        this.failure = failure;
    }

    /** HTTP status; 0 if there was no answer. */
    public int status() {
        return status;
    }

    /** What the other service said, or why it was not heard. */
    public Failure failure() {
        return failure;
    }

    /**
     * Whether the same call may work later: there was no answer, or one that says so. The one place that tells retryable
     * from fatal for calls between services.
     */
    public boolean retryable() {
        return retryable(status);
    }

    static boolean retryable(int status) {
        return switch (status) {
            // No answer, request timeout, too early, too many, and what a proxy or a starting service says.
            case 0, 408, 425, 429, 500, 502, 503, 504 -> true;
            // A token that is not known yet: the principals file is read again when it changes.
            case 401 -> true;
            default -> false;
        };
    }
}
