package dev.lifeboat.backup.marker;

import dev.lifeboat.schemas.Failure;

/** Why no marker can be written now. Backups do not depend on it. */
final class MarkerTrouble extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    MarkerTrouble(Failure failure, Throwable cause) {
        super(failure.code() + ": " + failure.message(), cause);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
