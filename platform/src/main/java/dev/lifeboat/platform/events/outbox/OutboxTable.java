package dev.lifeboat.platform.events.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.lifeboat.platform.events.EventJson;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code outbox}.
 *
 * <p>Why reading in order of position keeps each aggregate's order of commits: a version is taken under its aggregate's
 * row lock, so the second transaction draws its position after the first has committed, and a snapshot that shows the
 * second shows the first. Between aggregates a position may be drawn early and become visible late; it is found then,
 * because every row that is there is read.
 */
final class OutboxTable {
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private OutboxTable() {}

    /** How much is waiting, and for how long the oldest has. */
    record Backlog(long depth, double oldestSeconds) {}

    static void insert(Handle transaction, OutboxRow row) {
        transaction
                .createUpdate("insert into outbox (topic, record_key, subject, event_id, headers, event)"
                        + " values (:topic, :key, :subject, :id, :headers, :event)")
                .bind("topic", row.topic())
                .bind("key", row.key())
                .bind("subject", row.subject())
                .bind("id", row.eventId())
                .bind("headers", row.headers().isEmpty() ? null : write(row.headers()))
                .bind("event", row.event())
                .execute();
    }

    static List<OutboxRow.Stored> oldest(Handle handle, int limit) {
        return handle.createQuery("select position, topic, record_key, subject, event_id, headers, event from outbox"
                        + " order by position limit :limit")
                .bind("limit", limit)
                .map((result, context) -> stored(result))
                .list();
    }

    static void delete(Handle handle, List<Long> positions) {
        handle.createUpdate("delete from outbox where position = any(:positions)")
                .bindArray("positions", Long.class, positions)
                .execute();
    }

    static Backlog backlog(Handle handle) {
        return handle.createQuery("select count(*) as depth,"
                        + " coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as oldest from outbox")
                .map((result, context) -> new Backlog(result.getLong("depth"), result.getDouble("oldest")))
                .one();
    }

    private static OutboxRow.Stored stored(ResultSet result) throws SQLException {
        return new OutboxRow.Stored(
                result.getLong("position"),
                new OutboxRow(
                        result.getString("topic"),
                        result.getString("record_key"),
                        result.getString("subject"),
                        result.getObject("event_id", UUID.class),
                        read(result.getString("headers")),
                        result.getBytes("event")));
    }

    private static String write(Map<String, String> headers) {
        try {
            return EventJson.mapper().writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> read(String headers) {
        if (headers == null) {
            return Map.of();
        }
        try {
            return EventJson.mapper().readValue(headers, HEADERS);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
