package dev.lifeboat.platform.secrets;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A value that must not be seen. It prints as {@code ***} wherever it is concatenated, logged or formatted; only
 * {@link #reveal()} gives it away, at the edge where it is used. It is no record, so that no generated accessor or JSON
 * binding reads it by accident.
 */
public final class Secret {
    /** What is shown instead of a secret. */
    public static final String MASK = "***";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a value that is not empty. */
    public static Secret of(String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("a secret is not empty");
        }
        return new Secret(value);
    }

    /** The value itself. Call it where it is handed to a driver, a tool's environment or a 0600 file, nowhere else. */
    public String reveal() {
        return value;
    }

    /** Compares in a time that does not depend on where the two differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), secret.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
