package dev.lifeboat.backup.marker;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.Failure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows that say which operation writes a cluster's markers, and how it goes. */
final class MarkerWriters {
    private MarkerWriters() {}

    /** How it goes. */
    record Standing(UUID operation, Instant newest, Failure trouble, Instant troubleSince) {}

    /** From now on this operation writes them; null: none. */
    static void assign(Handle transaction, UUID clusterId, String cluster, UUID operation) {
        transaction
                .createUpdate(
                        """
                        insert into marker_writer (cluster_id, cluster, operation) values (:id, :cluster, :operation)
                        on conflict (cluster_id) do update set operation = excluded.operation
                        """)
                .bind("id", clusterId)
                .bind("cluster", cluster)
                .bind("operation", operation)
                .execute();
    }

    /** The cluster whose markers this operation writes; empty when another one does by now, or none. */
    static Optional<UUID> clusterOf(Handle transaction, UUID operation) {
        return transaction
                .createQuery("select cluster_id from marker_writer where operation = :operation")
                .bind("operation", operation)
                .mapTo(UUID.class)
                .findOne();
    }

    /**
     * Notes how it goes.
     *
     * @param newest null for none since
     * @param trouble null for none
     */
    static void note(Handle transaction, UUID operation, Instant newest, Failure trouble) {
        transaction
                .createUpdate(
                        """
                        update marker_writer
                        set newest = coalesce(:newest, newest), trouble = cast(:trouble as jsonb),
                            trouble_since = case when cast(:trouble as jsonb) is null then null
                                                 else coalesce(trouble_since, clock_timestamp()) end
                        where operation = :operation
                        """)
                .bind("operation", operation)
                .bind("newest", newest == null ? null : Timestamp.from(newest))
                .bind("trouble", trouble == null ? null : write(trouble))
                .execute();
    }

    static Optional<Standing> find(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select * from marker_writer where cluster_id = :id")
                .bind("id", clusterId)
                .map((row, context) -> standing(row))
                .findOne();
    }

    private static Standing standing(ResultSet row) throws SQLException {
        Timestamp newest = row.getTimestamp("newest");
        Timestamp since = row.getTimestamp("trouble_since");
        String trouble = row.getString("trouble");
        return new Standing(
                row.getObject("operation", UUID.class),
                newest == null ? null : newest.toInstant(),
                trouble == null ? null : read(trouble),
                since == null ? null : since.toInstant());
    }

    private static String write(Failure trouble) {
        try {
            return EventJson.mapper().writeValueAsString(trouble);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Failure read(String trouble) {
        try {
            return EventJson.mapper().readValue(trouble, Failure.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
