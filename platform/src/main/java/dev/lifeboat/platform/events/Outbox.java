package dev.lifeboat.platform.events;

import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Says what happened, in the same commit as the state that it happened to. */
public interface Outbox {

    /**
     * Writes the event into the outbox of this transaction. It reaches Kafka after the commit, at least once, in the
     * order of commits of its aggregate; never if the transaction is rolled back.
     *
     * @return the event's id
     */
    UUID publish(Handle transaction, Publication publication);
}
