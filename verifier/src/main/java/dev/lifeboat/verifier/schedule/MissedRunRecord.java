package dev.lifeboat.verifier.schedule;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Puts a missed run on record. */
public interface MissedRunRecord {

    /** Whether the ledger takes entries now. */
    boolean isOpen(Handle transaction);

    /**
     * Writes the run's one entry into the ledger and tells of it, in the caller's transaction.
     *
     * @return its place in the ledger
     */
    long missed(Handle transaction, PolicyKey key, String cluster, Instant dueAt, Instant foundAt);
}
