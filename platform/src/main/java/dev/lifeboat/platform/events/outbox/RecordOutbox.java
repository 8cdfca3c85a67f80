package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.platform.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import org.jdbi.v3.core.Handle;

/** The outbox below the level of events: any record, in the caller's commit. */
@ApplicationScoped
public class RecordOutbox {
    private final Database database;
    private final RelaySignal signal;

    RecordOutbox(Database database, RelaySignal signal) {
        this.database = database;
        this.signal = signal;
    }

    /** Writes the record into this transaction; it is sent after the commit. */
    public void add(Handle transaction, OutboxRow row) {
        OutboxTable.insert(transaction, row);
        database.afterCommit(signal::wake);
    }
}
