package dev.lifeboat.platform.postgres;

import java.io.Serial;

/** Something that a PostgreSQL server did not do. The fault says why, and whether trying again may help. */
public final class PostgresException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient PostgresFault fault;

    /** With what was being done, and what stood in the way. */
    public PostgresException(String doing, PostgresFault fault, Throwable cause) {
        super(doing + ": " + fault.failure().message(), cause);
        this.fault = fault;
    }

    /** Classifies the cause. */
    public static PostgresException of(String doing, Throwable cause) {
        return cause instanceof PostgresException known
                ? known
                : new PostgresException(doing, PostgresFault.classify(cause), cause);
    }

    /** Why, by a stable code. */
    public PostgresFault fault() {
        return fault;
    }
}
