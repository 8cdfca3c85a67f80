package dev.lifeboat.platform.events.inbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code dead_letter}, for those who look after it. */
final class DeadLetterTable {
    private static final String COLUMNS = "id, consumer, code, reason, type, source, event_id, topic, partition_number,"
            + " record_offset, record_key, recorded_at, coalesce(closed_as, 'open') as state, closed_at, closed_by,"
            + " closing_reason";

    private DeadLetterTable() {}

    /** Oldest first, behind the given one; of one state, or of all for null. Without their bytes. */
    static List<DeadLetter> list(Handle handle, UUID behind, String state, int limit) {
        return handle.createQuery("select " + COLUMNS + ", null::bytea as event from dead_letter"
                        + " where (cast(:behind as uuid) is null or id > :behind)"
                        + " and (cast(:state as text) is null or coalesce(closed_as, 'open') = :state)"
                        + " order by id limit :limit")
                .bind("behind", behind)
                .bind("state", state)
                .bind("limit", limit)
                .map((result, context) -> letter(result))
                .list();
    }

    /** One, with its bytes. */
    static Optional<DeadLetter> find(Handle handle, UUID id) {
        return handle.createQuery("select " + COLUMNS + ", event from dead_letter where id = :id")
                .bind("id", id)
                .map((result, context) -> letter(result))
                .findOne();
    }

    /** One that is locked until the end of the transaction. */
    static Optional<DeadLetter> lock(Handle transaction, UUID id) {
        return transaction
                .createQuery("select " + COLUMNS + ", event from dead_letter where id = :id for update")
                .bind("id", id)
                .map((result, context) -> letter(result))
                .findOne();
    }

    /** Closes it, and ends the doubts that it raised. */
    static void close(Handle transaction, UUID id, String as, String who, String reason, Instant now) {
        transaction
                .createUpdate("update dead_letter set closed_as = :as, closed_at = :now, closed_by = :who,"
                        + " closing_reason = :reason where id = :id")
                .bind("id", id)
                .bind("as", as)
                .bind("now", now)
                .bind("who", who)
                .bind("reason", reason)
                .execute();
        transaction
                .createUpdate("delete from suspect_read_model where dead_letter_id = :id")
                .bind("id", id)
                .execute();
    }

    private static DeadLetter letter(ResultSet result) throws SQLException {
        Timestamp closedAt = result.getTimestamp("closed_at");
        return new DeadLetter(
                result.getObject("id", UUID.class),
                result.getString("consumer"),
                result.getString("code"),
                result.getString("reason"),
                result.getString("type"),
                result.getString("source"),
                result.getObject("event_id", UUID.class),
                result.getString("topic"),
                result.getInt("partition_number"),
                result.getLong("record_offset"),
                result.getString("record_key"),
                result.getTimestamp("recorded_at").toInstant(),
                result.getString("state"),
                closedAt == null ? null : closedAt.toInstant(),
                result.getString("closed_by"),
                result.getString("closing_reason"),
                result.getBytes("event"));
    }
}
