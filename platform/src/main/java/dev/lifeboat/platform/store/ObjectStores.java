package dev.lifeboat.platform.store;

import java.time.Clock;

/** Opens object stores. */
public final class ObjectStores {
    private final Clock clock;

    public ObjectStores(Clock clock) {
        this.clock = clock;
    }

    /** The clock that they go by. */
    public Clock clock() {
        return clock;
    }

    /** Opens a store without talking to it yet; the caller closes it. */
    public ObjectStore open(S3Settings settings) {
        return new S3ObjectStore(settings, S3Clients.open(settings), clock, PartSizes.STANDARD);
    }
}
