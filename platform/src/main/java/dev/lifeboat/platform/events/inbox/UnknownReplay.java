package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.event.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Takes what an older version kept because it did not know the type, and this one does. */
@ApplicationScoped
class UnknownReplay {
    private static final Logger LOG = Logger.getLogger(UnknownReplay.class);
    private static final int BATCH = 500;

    private final Database database;
    private final UnknownEvents unknown;
    private final Steps steps;
    private final Inbox inbox;

    UnknownReplay(Database database, UnknownEvents unknown, Steps steps, Inbox inbox) {
        this.database = database;
        this.unknown = unknown;
        this.steps = steps;
        this.inbox = inbox;
    }

    /** All of them, oldest first. Ended half way, the rest is still kept, and what was taken is remembered. */
    void run() throws InterruptedException {
        Set<String> learned = database.<Set<String>>inTransaction(unknown::types).stream()
                .filter(type -> EventType.named(type).isPresent())
                .collect(Collectors.toSet());
        if (learned.isEmpty()) {
            return;
        }
        LOG.infof("taking kept events of types that are known now: %s", learned);
        while (true) {
            List<UnknownEvents.Kept> kept = database.inTransaction(handle -> unknown.oldest(handle, learned, BATCH));
            if (kept.isEmpty()) {
                return;
            }
            inbox.take(kept.stream().flatMap(one -> steps.of(one.origin())).toList());
            database.useTransaction(handle -> unknown.delete(handle, kept));
        }
    }
}
