package dev.lifeboat.platform.operations;

import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** An operation as its current owner sees it. */
public interface OperationContext {

    /** Identity of the operation; by convention that of the backup or recovery that it carries out. */
    UUID id();

    /** Name of the cluster that it is about. */
    String cluster();

    /** Grows with each new owner; what an older epoch tries to write is refused. */
    long epoch();

    /** How often it was begun, from 1. */
    int attempt();

    /**
     * Writes rows, fenced: in a transaction that first locks the operation's row and checks that this epoch still owns
     * it.
     *
     * @throws LeaseLost if it does not: stop at once and touch nothing more
     */
    <T> T write(Function<Handle, T> work);

    /**
     * A place to stop: to be called between parts of the work.
     *
     * @throws LeaseLost if somebody else owns the operation now
     * @throws CancelRequested if it was asked to stop, or is past its deadline
     */
    void check();

    /** Says how far it is; cheap, may be called often, kept out of events. */
    void progress(Progress progress);

    /** A folder of this operation and epoch, made on first use and removed when the run ends. */
    Path scratch();
}
