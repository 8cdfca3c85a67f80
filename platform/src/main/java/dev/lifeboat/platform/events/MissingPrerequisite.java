package dev.lifeboat.platform.events;

import java.io.Serial;

/** Thrown by a consumer when something must come first: the event is parked and tried again when others arrived. */
public final class MissingPrerequisite extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the reason, e.g. {@code backup 0193… is not known yet}. */
    public MissingPrerequisite(String reason) {
        super(reason);
    }
}
