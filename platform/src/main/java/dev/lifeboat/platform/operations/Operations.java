package dev.lifeboat.platform.operations;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Long work of this service: the row is the truth, Quartz only wakes it. */
public interface Operations {

    /**
     * Wants work done, in the caller's transaction; it begins soon after the commit.
     *
     * @param request what
     * @return false if an operation with this id is there already; then nothing changes
     */
    boolean submit(Handle transaction, Request request);

    /** Asks an operation to stop; false if there is none or it has ended. */
    boolean cancel(Handle transaction, UUID id, String who);

    /** Lets a waiting operation run now instead of at its next retry; e.g. because an awaited event arrived. */
    void wake(Handle transaction, UUID id);

    /** How it stands. */
    Optional<View> find(Handle transaction, UUID id);

    /**
     * What is wanted.
     *
     * @param id of the operation, minted by the caller
     * @param kind of an {@link OperationHandler}
     * @param cluster that it is about
     * @param deadline after which it is ended; null for none
     */
    record Request(UUID id, String kind, String cluster, Instant deadline) {}

    /**
     * How an operation stands.
     *
     * @param state {@code waiting}, {@code running} or {@code ended}
     * @param progress last said; null before
     * @param progressAt when; null before
     * @param bytesPerSecond over the last seconds; 0 when not known
     */
    record View(
            UUID id,
            String kind,
            String cluster,
            String state,
            String owner,
            long epoch,
            int attempt,
            boolean cancelRequested,
            Progress progress,
            Instant progressAt,
            long bytesPerSecond) {}
}
