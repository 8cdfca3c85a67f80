package dev.lifeboat.restore.archive;

import dev.lifeboat.schemas.Failure;
import java.io.Serial;

/** The rehearsal cannot be carried out; says nothing about the backup. */
public final class NotCarriedOut extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final boolean passing;

    private NotCarriedOut(Failure failure, boolean passing, Throwable cause) {
        super(failure.message() + (failure.found() == null ? "" : " Found: " + failure.found()), cause);
        this.failure = failure;
        this.passing = passing;
    }

    /** It will not work, however often it is tried. */
    public static NotCarriedOut forGood(Failure failure) {
        return new NotCarriedOut(failure, false, null);
    }

    /** It may work later without anybody changing anything. */
    public static NotCarriedOut forNow(Failure failure, Throwable cause) {
        return new NotCarriedOut(failure, true, cause);
    }

    /** Code, message, expected, found, hint. */
    public Failure failure() {
        return failure;
    }

    /** Whether it is worth another attempt. */
    public boolean isPassing() {
        return passing;
    }
}
