package dev.lifeboat.platform.pgbackrest;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/** Something that pgBackRest did not do. The fault says why, and whether trying again may help. */
public final class PgBackRestException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient PgBackRestFault fault;

    /** With what was being done, and what stood in the way. */
    public PgBackRestException(String doing, PgBackRestFault fault) {
        super(doing + ": " + fault.failure().message());
        this.fault = fault;
    }

    private PgBackRestException(String message, PgBackRestFault fault, PgBackRestException cause) {
        super(message, cause);
        this.fault = fault;
    }

    /** The same, and what was found says in which repository. */
    public PgBackRestException in(String repository) {
        Failure f = fault.failure();
        String where = "repository " + repository;
        return new PgBackRestException(
                getMessage() + " (" + where + ")",
                new PgBackRestFault(
                        fault.retryable(),
                        new Failure(f.code(), f.message(), f.expected(), where + ": " + f.found(), f.hint())),
                this);
    }

    /** Why, by a stable code. */
    public PgBackRestFault fault() {
        return fault;
    }
}
