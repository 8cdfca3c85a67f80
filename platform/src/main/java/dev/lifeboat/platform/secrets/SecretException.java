package dev.lifeboat.platform.secrets;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/**
 * A secret reference that cannot be resolved. Never names the secret's value. Codes: {@code secret.reference-malformed},
 * {@code secret.outside-allow-list}, {@code secret.not-found}, {@code secret.not-a-plain-file}, {@code secret.too-large},
 * {@code secret.empty}, {@code secret.not-text}, {@code secret.unreadable}.
 */
public final class SecretException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    SecretException(Failure failure) {
        this(failure, null);
    }

    SecretException(Failure failure, Throwable cause) {
        super(failure.message() + " " + failure.hint(), cause);
        this.failure = failure;
    }

    /** Code, message, expected, found, hint. */
    public Failure failure() {
        return failure;
    }
}
