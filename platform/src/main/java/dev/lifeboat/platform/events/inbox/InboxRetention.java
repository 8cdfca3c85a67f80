package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.events.EventSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Forgets, a few at a time, what was taken longer ago than any topic remembers. */
@ApplicationScoped
class InboxRetention {
    private static final Logger LOG = Logger.getLogger(InboxRetention.class);
    private static final int FEW = 10_000;

    private final Database database;
    private final InstantSource clock;
    private final Duration keep;

    InboxRetention(Database database, InstantSource clock, EventSettings settings) {
        this.database = database;
        this.clock = clock;
        this.keep = settings.inboxRetention();
    }

    /** Some of what is due; the rest next time. */
    void run() {
        Instant before = clock.instant().minus(keep);
        try {
            int forgotten = database.inTransaction(handle -> InboxTable.forget(handle, before, FEW));
            LOG.debugf("forgot %d taken events from before %s", forgotten, before);
        } catch (RuntimeException e) {
            if (!DatabaseFaults.passes(e)) {
                throw e;
            }
            LOG.debug("taken events are forgotten later", e);
        }
    }
}
