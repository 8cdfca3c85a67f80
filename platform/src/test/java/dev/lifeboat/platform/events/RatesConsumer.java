package dev.lifeboat.platform.events;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.event.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jdbi.v3.core.Handle;

/** What a usual consumer does (look at the version, write a row), and when its commit was done. */
@ApplicationScoped
class RatesConsumer implements EventConsumer {
    private final Database database;
    private final ConcurrentMap<UUID, Long> committed = new ConcurrentHashMap<>();

    RatesConsumer(Database database) {
        this.database = database;
    }

    ConcurrentMap<UUID, Long> committed() {
        return committed;
    }

    @Override
    public String name() {
        return "rates";
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.BACKUP_SKIPPED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        UUID id = received.event().id();
        if (SeenVersions.advance(
                transaction,
                name(),
                received.event().subject(),
                received.event().version())) {
            transaction.execute(
                    "insert into applied (consumer, event_id, subject, version) values (?, ?, ?, ?)",
                    name(),
                    id,
                    received.event().subject(),
                    received.event().version());
            database.afterCommit(() -> committed.put(id, System.nanoTime()));
        }
    }
}
