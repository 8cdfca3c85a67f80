package dev.lifeboat.platform.operations;

import java.io.Serial;

/** The operation was asked to stop, or is past its deadline: clean up and let this pass. */
public final class CancelRequested extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Says who asked, or which deadline passed. */
    public CancelRequested(String message) {
        super(message);
    }
}
