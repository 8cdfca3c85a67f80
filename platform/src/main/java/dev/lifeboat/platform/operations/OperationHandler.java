package dev.lifeboat.platform.operations;

import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/**
 * How one kind of long work is done. An implementation is an {@code @ApplicationScoped} bean; the platform finds it.
 *
 * <p>Laws: {@link #run} is re-entrant: it looks at what is there, does the first step not yet done, and goes on; killing
 * the process anywhere and running it again ends in the same place. It changes rows only through
 * {@link OperationContext#write}, and names what it makes outside by operation id and epoch. What it throws is told
 * apart by {@link #explain}.
 */
public interface OperationHandler {

    /** Stable name, e.g. {@code backup}. */
    String kind();

    /** Does the work, or a part of it. May take hours; asks {@link OperationContext#check} between parts. */
    Step run(OperationContext context) throws Exception;

    /** Turns what {@link #run} threw into a verdict: retryable after a delay, or failed. */
    Step explain(Throwable thrown, OperationContext context);

    /**
     * The operation ends without being done: failed for good, cancelled, or past its deadline. Called in the fenced
     * transaction that ends it: writes the domain's end state and its events.
     */
    void ended(Handle transaction, OperationContext context, Ending ending, Failure failure);

    /** How many of this kind may run at the same time for one cluster. */
    default int capPerCluster() {
        return 1;
    }

    /**
     * Whether the work has no end of its own, like following a stream: it goes on for as long as it is wanted. It takes none
     * of the places that the service has for work that ends, and is not counted among it; and its lease is
     * {@link #STANDING_LEASE} at most, because nothing is followed while nobody owns it.
     */
    default boolean standing() {
        return false;
    }

    /** How long an owner of standing work that says nothing keeps it, at most. */
    Duration STANDING_LEASE = Duration.ofSeconds(8);

    /** Why an operation ended without being done. */
    enum Ending {
        FAILED,
        CANCELLED,
        DEADLINE
    }
}
