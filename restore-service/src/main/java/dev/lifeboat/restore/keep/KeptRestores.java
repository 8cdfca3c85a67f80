package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.restore.deliver.Delivered;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of restores that keep. */
@ApplicationScoped
class KeptRestores {

    void insert(Handle transaction, KeptRestore restore) {
        transaction
                .createUpdate(
                        """
                        insert into kept_restore (id, cluster, request, directory, requested_by, requested_at, approval)
                        values (:id, :cluster, cast(:request as jsonb), :directory, :by, :at, :approval)
                        """)
                .bind("id", restore.id())
                .bind("cluster", restore.cluster())
                .bind("request", write(restore.request()))
                .bind(
                        "directory",
                        restore.directory() == null ? null : restore.directory().toString())
                .bind("by", restore.requestedBy())
                .bind("at", Timestamp.from(restore.requestedAt()))
                .bind("approval", restore.approval())
                .execute();
    }

    Optional<KeptRestore> find(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from kept_restore where id = :id")
                .bind("id", id)
                .map((row, context) -> restore(row))
                .findOne();
    }

    Optional<KeptRestore> lock(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from kept_restore where id = :id for update")
                .bind("id", id)
                .map((row, context) -> restore(row))
                .findOne();
    }

    /** Newest first. */
    List<KeptRestore> list(Handle transaction, String cluster, UUID before, int limit) {
        return transaction
                .createQuery(
                        """
                        select * from kept_restore
                        where (cast(:cluster as text) is null or cluster = :cluster)
                          and (cast(:before as uuid) is null or id < cast(:before as uuid))
                        order by id desc limit :limit
                        """)
                .bind("cluster", cluster)
                .bind("before", before == null ? null : before.toString())
                .bind("limit", limit)
                .map((row, context) -> restore(row))
                .list();
    }

    void approve(Handle transaction, UUID id, String principal, Instant at) {
        transaction
                .createUpdate("update kept_restore set approved_by = :by, approved_at = :at where id = :id")
                .bind("id", id)
                .bind("by", principal)
                .bind("at", Timestamp.from(at))
                .execute();
    }

    /** Nobody approved it, and nobody shall. */
    void remove(Handle transaction, UUID id) {
        transaction
                .createUpdate("delete from kept_restore where id = :id")
                .bind("id", id)
                .execute();
    }

    void handedOver(Handle transaction, UUID id, HandOverNote note) {
        note(transaction, id, "handed_over", note);
    }

    /** Writes a column of documents. */
    void note(Handle transaction, UUID id, String column, Object note) {
        transaction
                .createUpdate("update kept_restore set " + column + " = cast(:note as jsonb) where id = :id")
                .bind("id", id)
                .bind("note", write(note))
                .execute();
    }

    private static KeptRestore restore(ResultSet row) throws SQLException {
        Timestamp approvedAt = row.getTimestamp("approved_at");
        String directory = row.getString("directory");
        return new KeptRestore(
                row.getObject("id", UUID.class),
                row.getString("cluster"),
                read(row.getString("request"), JsonNode.class),
                directory == null ? null : Path.of(directory),
                row.getString("requested_by"),
                row.getTimestamp("requested_at").toInstant(),
                row.getBoolean("approval"),
                row.getString("approved_by"),
                approvedAt == null ? null : approvedAt.toInstant(),
                read(row.getString("handed_over"), HandOverNote.class),
                read(row.getString("delivering"), Delivered.class),
                read(row.getString("delivered"), Delivered.class));
    }

    private static String write(Object value) {
        try {
            return EventJson.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return json == null ? null : EventJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of kept_restore holds no " + type.getSimpleName(), e);
        }
    }
}
