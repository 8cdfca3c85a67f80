package dev.lifeboat.platform.pgbackrest;

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

    /** Why, by a stable code. */
    public PgBackRestFault fault() {
        return fault;
    }
}
