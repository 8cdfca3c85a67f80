package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.platform.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import org.jdbi.v3.core.Handle;

/** The outbox below the level of events: any record, in the caller's commit. */
@ApplicationScoped
public class RecordOutbox {
    /** Most bytes of an event: below what a broker takes by default, so that no row can ever block those behind it. */
    public static final int MOST_BYTES = 900_000;

    private final Database database;
    private final RelaySignal signal;

    RecordOutbox(Database database, RelaySignal signal) {
        this.database = database;
        this.signal = signal;
    }

    /**
     * Writes the record into this transaction; it is sent after the commit.
     *
     * @throws IllegalArgumentException if it is larger than {@link #MOST_BYTES}: what is large belongs into the object store
     */
    public void add(Handle transaction, OutboxRow row) {
        if (row.event().length > MOST_BYTES) {
            throw new IllegalArgumentException("an event of " + row.event().length + " bytes about " + row.subject()
                    + " is too large; at most " + MOST_BYTES);
        }
        OutboxTable.insert(transaction, row);
        database.afterCommit(signal::wake);
    }
}
