package dev.lifeboat.platform.operations;

import java.io.Serial;

/** Somebody else owns the operation now: whoever gets this stops and touches nothing more. */
public final class LeaseLost extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Names the operation and the epoch that lost it. */
    public LeaseLost(String message) {
        super(message);
    }
}
