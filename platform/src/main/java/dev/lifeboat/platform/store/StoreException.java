package dev.lifeboat.platform.store;

import java.io.Serial;

/** Something that an object store did not do. The fault says why, and whether trying again may help. */
public final class StoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient StoreFault fault;

    /** With what was being done, and what stood in the way. */
    public StoreException(String doing, StoreFault fault, Throwable cause) {
        super(doing + ": " + fault.failure().message(), cause);
        this.fault = fault;
    }

    static StoreException of(String doing, Throwable cause) {
        return cause instanceof StoreException known
                ? known
                : new StoreException(doing, StoreFault.classify(cause), cause);
    }

    /** Why, by a stable code. */
    public StoreFault fault() {
        return fault;
    }
}
