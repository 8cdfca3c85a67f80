package dev.lifeboat.platform.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.schemas.Failure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The rows of {@code operation}. Leases go by the database's clock; when something is due goes by the clock that is
 * passed in.
 */
final class OperationTable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How an operation that this instance believes to own really stands. */
    record Standing(UUID id, boolean owned, String cancelRequestedBy) {}

    /** A run of this instance: an operation, the epoch that it was claimed with, and how long its lease is each time. */
    record Held(UUID id, long epoch, Duration lease) {}

    private OperationTable() {}

    static boolean insert(Handle tx, Operations.Request request, Correlation correlation, Instant now) {
        return tx.createUpdate(
                                """
                                insert into operation (id, kind, cluster, state, not_before, deadline, correlation, created_at)
                                values (:id, :kind, :cluster, 'waiting', :now, :deadline, cast(:correlation as jsonb), :now)
                                on conflict (id) do nothing
                                """)
                        .bind("id", request.id())
                        .bind("kind", request.kind())
                        .bind("cluster", request.cluster())
                        .bind("deadline", request.deadline())
                        .bind("correlation", write(correlation))
                        .bind("now", now)
                        .execute()
                == 1;
    }

    static Optional<Operations.View> find(Handle tx, UUID id) {
        return tx.createQuery("select * from operation where id = :id")
                .bind("id", id)
                .map((row, context) -> view(row))
                .findOne();
    }

    static boolean requestCancel(Handle tx, UUID id, String who, Instant now) {
        return tx.createUpdate(
                                """
                                update operation
                                set cancel_requested_by = coalesce(cancel_requested_by, :who),
                                    wake = state = 'running',
                                    not_before = least(not_before, :now)
                                where id = :id and state <> 'ended'
                                """)
                        .bind("id", id)
                        .bind("who", who)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    /** Notes that the operation is wanted now; true if it waits and somebody has to be woken. */
    static boolean requestWake(Handle tx, UUID id, Instant now) {
        return tx.createQuery(
                        """
                        update operation set wake = state = 'running', not_before = least(not_before, :now)
                        where id = :id and state <> 'ended' returning state = 'waiting'
                        """)
                .bind("id", id)
                .bind("now", now)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /** Locks the row of an operation and lengthens its lease; false if this epoch does not own it any more. */
    static boolean fence(Handle tx, Held held) {
        return tx.createUpdate(
                                """
                                update operation set lease_until = clock_timestamp() + :lease * interval '1 millisecond'
                                where id = :id and epoch = :epoch and state = 'running'
                                """)
                        .bind("id", held.id())
                        .bind("epoch", held.epoch())
                        .bind("lease", held.lease().toMillis())
                        .execute()
                == 1;
    }

    /**
     * Lengthens the leases. A row that is locked is passed over: whoever holds it is a write of that same run, which
     * lengthens the lease itself.
     */
    static void renew(Handle tx, Collection<Held> held) {
        tx.createUpdate(
                        """
                        with mine as (
                            select o.id, h.lease
                            from operation o join unnest(:ids, :epochs, :leases) as h (id, epoch, lease) using (id, epoch)
                            where o.state = 'running' order by o.id for update of o skip locked)
                        update operation o set lease_until = clock_timestamp() + mine.lease * interval '1 millisecond'
                        from mine where o.id = mine.id
                        """)
                .bindArray("ids", UUID.class, held.stream().map(Held::id).toList())
                .bindArray("epochs", Long.class, held.stream().map(Held::epoch).toList())
                .bindArray(
                        "leases",
                        Long.class,
                        held.stream().map(each -> each.lease().toMillis()).toList())
                .execute();
    }

    static List<Standing> standing(Handle tx, Collection<Held> held) {
        return tx.createQuery(
                        """
                        select h.id, coalesce(o.epoch = h.epoch and o.state = 'running', false) as owned,
                               o.cancel_requested_by
                        from unnest(:ids, :epochs) as h (id, epoch) left join operation o on o.id = h.id
                        """)
                .bindArray("ids", UUID.class, held.stream().map(Held::id).toList())
                .bindArray("epochs", Long.class, held.stream().map(Held::epoch).toList())
                .map((row, context) -> new Standing(
                        row.getObject("id", UUID.class), row.getBoolean("owned"), row.getString("cancel_requested_by")))
                .list();
    }

    /** Keeps the progress of a run for readers; nothing happens if the row is locked or owned by somebody else. */
    static void progress(Handle tx, Held held, Progress progress, Instant at, long bytesPerSecond) {
        tx.createUpdate(
                        """
                        update operation set progress = cast(:progress as jsonb), progress_at = :at, bytes_per_second = :rate
                        where id = (select id from operation where id = :id and epoch = :epoch and state = 'running'
                                    for update skip locked)
                        """)
                .bind("id", held.id())
                .bind("epoch", held.epoch())
                .bind("progress", write(progress))
                .bind("at", at)
                .bind("rate", bytesPerSecond)
                .execute();
    }

    /** Ends an operation that was {@link #fence fenced} in this transaction. */
    static void end(Handle tx, Held held, String outcome, Failure failure, Instant now) {
        tx.createUpdate(
                        """
                        update operation
                        set state = 'ended', outcome = :outcome, ended_at = :now, owner = null, lease_until = null,
                            wake = false, bytes_per_second = 0,
                            last_failure = coalesce(cast(:failure as jsonb), last_failure)
                        where id = :id and epoch = :epoch
                        """)
                .bind("id", held.id())
                .bind("epoch", held.epoch())
                .bind("outcome", outcome)
                .bind("failure", failure == null ? null : write(failure))
                .bind("now", now)
                .execute();
    }

    /**
     * Gives an operation back that was {@link #fence fenced} in this transaction, to be run again.
     *
     * @param resuming whether the next run belongs to the same attempt
     * @return when it is due: as asked for, at once if somebody woke it meanwhile, and not after its deadline
     */
    static Instant release(Handle tx, Held held, Instant notBefore, boolean resuming, Failure failure, Instant now) {
        return tx.createQuery(
                        """
                        update operation
                        set state = 'waiting', owner = null, lease_until = null, wake = false, bytes_per_second = 0,
                            resuming = :resuming,
                            not_before = case when wake then cast(:now as timestamptz)
                                              when deadline > :now then least(cast(:notBefore as timestamptz), deadline)
                                              else cast(:notBefore as timestamptz) end,
                            last_failure = coalesce(cast(:failure as jsonb), last_failure)
                        where id = :id and epoch = :epoch
                        returning not_before
                        """)
                .bind("id", held.id())
                .bind("epoch", held.epoch())
                .bind("resuming", resuming)
                .bind("notBefore", notBefore)
                .bind("failure", failure == null ? null : write(failure))
                .bind("now", now)
                .map((row, context) -> row.getTimestamp(1).toInstant())
                .one();
    }

    /** The newest epoch of each of these operations that is there; of one that has ended, {@link Long#MAX_VALUE}. */
    static Map<UUID, Long> livingEpochs(Handle tx, Collection<UUID> ids) {
        return tx.createQuery("select id, case when state = 'ended' then :none else epoch end as living from operation"
                        + " where id = any (:ids)")
                .bind("none", Long.MAX_VALUE)
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> Map.entry(row.getObject("id", UUID.class), row.getLong("living")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Operations.View view(ResultSet row) throws SQLException {
        return new Operations.View(
                row.getObject("id", UUID.class),
                row.getString("kind"),
                row.getString("cluster"),
                row.getString("state"),
                row.getString("owner"),
                row.getLong("epoch"),
                row.getInt("attempt"),
                row.getString("cancel_requested_by") != null,
                read(row.getString("progress"), Progress.class),
                instant(row, "progress_at"),
                row.getLong("bytes_per_second"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable as JSON: " + value, e);
        }
    }

    static <T> T read(String json, Class<T> type) {
        try {
            return json == null ? null : JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of operation holds no " + type.getSimpleName(), e);
        }
    }
}
