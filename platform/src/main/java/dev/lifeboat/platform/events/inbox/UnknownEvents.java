package dev.lifeboat.platform.events.inbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The table {@code unknown_event}: kept until an upgrade knows the type. */
@ApplicationScoped
class UnknownEvents {
    private static final Logger LOG = Logger.getLogger(UnknownEvents.class);

    private final InstantSource clock;

    UnknownEvents(InstantSource clock) {
        this.clock = clock;
    }

    /** A kept record. */
    record Kept(long position, Origin origin) {}

    void keep(Handle transaction, Step.Keep step) {
        Origin origin = step.origin();
        int kept = transaction
                .createUpdate("insert into unknown_event (type, topic, partition_number, record_offset, record_key,"
                        + " event, kept_at) values (:type, :topic, :partition, :offset, :key, :event, :now)"
                        + " on conflict do nothing")
                .bind("type", step.type())
                .bind("topic", origin.topic())
                .bind("partition", origin.partition())
                .bind("offset", origin.offset())
                .bind("key", origin.key())
                .bind("event", origin.event())
                .bind("now", clock.instant())
                .execute();
        if (kept == 1) {
            LOG.infof(
                    "kept an event of the unknown type %s (%s, partition %d, offset %d) until a version knows it",
                    step.type(), origin.topic(), origin.partition(), origin.offset());
        }
    }

    /** Types of which something is kept. */
    Set<String> types(Handle handle) {
        return handle.createQuery("select distinct type from unknown_event")
                .mapTo(String.class)
                .set();
    }

    /** The oldest of these types. */
    List<Kept> oldest(Handle handle, Set<String> types, int limit) {
        return handle.createQuery("select position, topic, partition_number, record_offset, record_key, event"
                        + " from unknown_event where type = any(:types) order by position limit :limit")
                .bindArray("types", String.class, types.toArray())
                .bind("limit", limit)
                .map((result, context) -> new Kept(result.getLong("position"), origin(result)))
                .list();
    }

    void delete(Handle transaction, List<Kept> kept) {
        transaction
                .createUpdate("delete from unknown_event where position = any(:positions)")
                .bindArray(
                        "positions",
                        Long.class,
                        kept.stream().map(Kept::position).toList())
                .execute();
    }

    static Origin origin(ResultSet result) throws SQLException {
        return new Origin(
                result.getString("topic"),
                result.getInt("partition_number"),
                result.getLong("record_offset"),
                result.getString("record_key"),
                result.getBytes("event"));
    }
}
