package dev.lifeboat.backup.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.stream.ClusterStream.Place;
import dev.lifeboat.backup.stream.ClusterStream.Retained;
import dev.lifeboat.backup.stream.ClusterStream.Told;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/** A row of {@code wal_stream}, read. */
final class StreamColumns {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StreamColumns() {}

    static ClusterStream stream(ResultSet row) throws SQLException {
        return new ClusterStream(
                row.getObject("cluster_id", UUID.class),
                row.getString("cluster"),
                row.getString("repository"),
                row.getString("durability"),
                row.getString("slot"),
                row.getObject("operation_id", UUID.class),
                StreamState.of(row.getString("state")),
                row.getBoolean("asked"),
                row.getBoolean("accept_gap"),
                Optional.ofNullable(row.getString("system_identifier")),
                instant(row, "changed_at").orElseThrow(),
                place(row),
                Optional.ofNullable(row.getString("last_object")),
                instant(row, "last_commit_at"),
                row.getLong("spool_bytes"),
                retained(row),
                SlotGuard.Level.of(row.getString("guard_level")),
                instant(row, "stalled_at"),
                failure(row.getString("failure")),
                row.getInt("failures"),
                instant(row, "retry_at"),
                told(row));
    }

    private static Optional<Place> place(ResultSet row) throws SQLException {
        Optional<Instant> at = instant(row, "positions_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Place(
                        at.get(),
                        row.getInt("timeline"),
                        Lsn.parse(row.getString("server_lsn")),
                        Lsn.parse(row.getString("received_lsn")),
                        Lsn.parse(row.getString("acknowledged_lsn")),
                        Lsn.parse(row.getString("stored_lsn")),
                        Duration.ofMillis(row.getLong("unstored_ms"))));
    }

    private static Optional<Retained> retained(ResultSet row) throws SQLException {
        Optional<Instant> at = instant(row, "guarded_at");
        if (at.isEmpty()) {
            return Optional.empty();
        }
        Long limit = row.getObject("limit_bytes", Long.class);
        return Optional.of(new Retained(
                at.get(),
                row.getLong("retained_bytes"),
                limit == null
                        ? Optional.empty()
                        : Optional.of(new SlotGuard.Limit(limit, row.getString("limited_by")))));
    }

    private static Optional<Told> told(ResultSet row) throws SQLException {
        Optional<Instant> at = instant(row, "told_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Told(at.get(), row.getInt("told_timeline"), Lsn.parse(row.getString("told_lsn"))));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static Optional<Failure> failure(String json) {
        try {
            return json == null ? Optional.empty() : Optional.of(JSON.readValue(json, Failure.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("wal_stream.failure holds no failure", e);
        }
    }

    /** A failure as it lies in its column. */
    static String write(Failure failure) {
        try {
            return JSON.writeValueAsString(failure);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + failure, e);
        }
    }
}
