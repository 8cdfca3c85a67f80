package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Clocks;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of recoveries. */
@ApplicationScoped
public class Recoveries {

    /** A fact with a column of its own, written by the step that found it out. */
    public enum Fact {
        BACKUP,
        PLAN,
        SANDBOX,
        CLOCKS,
        REACHED,
        RTO,
        RPO,
        INSPECTION,
        ISOLATION,
        TORN_DOWN,
        CHECKS,
        VERDICT
    }

    /**
     * Writes a new recovery in state requested, version 1.
     *
     * @return false if it is a policy's run that is there already, or one of that policy is still active
     */
    public boolean insert(Handle transaction, Wanted wanted) {
        return transaction
                        .createUpdate(
                                """
                                insert into recovery (id, cluster, cluster_id, kind, method, policy, due_at, requested_at,
                                                      wanted, state, version)
                                values (:id, :cluster, :clusterId, :kind, :method, :policy, :dueAt, :requestedAt,
                                        cast(:wanted as jsonb), 'requested', 1)
                                on conflict do nothing
                                """)
                        .bind("id", wanted.recoveryId())
                        .bind("cluster", wanted.cluster())
                        .bind("clusterId", wanted.clusterId())
                        .bind("kind", wanted.kind())
                        .bind("method", wanted.methodTold())
                        .bind("policy", wanted.policy())
                        .bind("dueAt", timestamp(wanted.dueAt()))
                        .bind("requestedAt", timestamp(wanted.requestedAt()))
                        .bind("wanted", write(wanted))
                        .execute()
                == 1;
    }

    /** The recovery of a policy's run, if there is one. */
    public Optional<UUID> ofRun(Handle transaction, UUID clusterId, String policy, Instant dueAt) {
        return transaction
                .createQuery(
                        "select id from recovery where cluster_id = :cluster and policy = :policy and due_at = :due")
                .bind("cluster", clusterId)
                .bind("policy", policy)
                .bind("due", timestamp(dueAt))
                .mapTo(UUID.class)
                .findOne();
    }

    /** As it stands. */
    public Optional<Recovery> find(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from recovery where id = :id")
                .bind("id", id)
                .map((row, context) -> recovery(row))
                .findOne();
    }

    /** As it stands, its row locked until the end of the transaction. */
    public Optional<Recovery> lock(Handle transaction, UUID id) {
        return transaction
                .createQuery("select * from recovery where id = :id for update")
                .bind("id", id)
                .map((row, context) -> recovery(row))
                .findOne();
    }

    /**
     * Newest first; restores that keep are listed elsewhere.
     *
     * @param cluster null for all
     * @param state null for all
     * @param before only older ones than this id; null from the newest
     */
    public List<Recovery> list(Handle transaction, String cluster, String state, UUID before, int limit) {
        return transaction
                .createQuery(
                        """
                        select * from recovery
                        where kind <> 'restore' and (cast(:cluster as text) is null or cluster = :cluster)
                          and (cast(:state as text) is null or state = :state)
                          and (cast(:before as uuid) is null or id < cast(:before as uuid))
                        order by id desc limit :limit
                        """)
                .bind("cluster", cluster)
                .bind("state", state)
                .bind("before", before == null ? null : before.toString())
                .bind("limit", limit)
                .map((row, context) -> recovery(row))
                .list();
    }

    /**
     * Moves on.
     *
     * @return the new version of the aggregate
     */
    public long move(Handle transaction, UUID id, RecoveryState to, Instant now) {
        Outcome outcome =
                switch (to) {
                    case RecoveryState.TearingDown down -> down.outcome();
                    case RecoveryState.Ended ended -> ended.outcome();
                    case RecoveryState.Underway underway -> null;
                };
        return transaction
                .createQuery(
                        """
                        update recovery
                        set state = :state, attempt = :attempt, outcome = cast(:outcome as jsonb),
                            held_until = coalesce(:heldUntil, held_until), ended_at = :endedAt, version = version + 1
                        where id = :id returning version
                        """)
                .bind("id", id)
                .bind("state", to.name())
                .bind("attempt", to.attempt())
                .bind("outcome", outcome == null ? null : write(outcome))
                .bind("heldUntil", to instanceof RecoveryState.Held held ? timestamp(held.until()) : null)
                .bind("endedAt", to instanceof RecoveryState.Ended ? timestamp(now) : null)
                .mapTo(Long.class)
                .one();
    }

    /** Notes a fact; null takes it back. */
    public void note(Handle transaction, UUID id, Fact fact, Object value) {
        String column = fact.name().toLowerCase(java.util.Locale.ROOT);
        transaction
                .createUpdate("update recovery set " + column + " = cast(:value as jsonb) where id = :id")
                .bind("id", id)
                .bind("value", value == null ? null : write(value))
                .execute();
    }

    /** Notes the backup that is read, and with it the method, if that was left to the backup. */
    public void chose(Handle transaction, UUID id, BackupUsed backup) {
        note(transaction, id, Fact.BACKUP, backup);
        transaction
                .createUpdate("update recovery set method = :method where id = :id and method = :unknown")
                .bind("id", id)
                .bind("method", backup.method())
                .bind("unknown", Wanted.METHOD_NOT_KNOWN)
                .execute();
    }

    /** Notes when the first write on the recovered server succeeded; null when an attempt is thrown away. */
    public void firstWrite(Handle transaction, UUID id, Instant at) {
        transaction
                .createUpdate("update recovery set first_write_at = :at where id = :id")
                .bind("id", id)
                .bind("at", timestamp(at))
                .execute();
    }

    /** Ends a hold now. */
    public void endHold(Handle transaction, UUID id, Instant now) {
        transaction
                .createUpdate("update recovery set held_until = :now where id = :id and state = 'held'")
                .bind("id", id)
                .bind("now", timestamp(now))
                .execute();
    }

    /** Whether the password of an attempt may be handed out. */
    public enum Handover {
        /** Nobody has it. */
        FIRST,
        /** Who asks has had it before. */
        AGAIN,
        /** Somebody else has it. */
        REFUSED
    }

    /**
     * Notes that the password of this attempt is being handed out; the caller holds the row's lock.
     *
     * @param verification who asks; null for one that has no name, and so cannot come again
     */
    public Handover takeCredentials(Handle transaction, UUID id, int attempt, UUID verification) {
        int first = transaction
                .createUpdate("update recovery set credentials_attempt = :attempt,"
                        + " credentials_verification = :verification"
                        + " where id = :id and coalesce(credentials_attempt, 0) < :attempt")
                .bind("id", id)
                .bind("attempt", attempt)
                .bind("verification", verification)
                .execute();
        if (first == 1) {
            return Handover.FIRST;
        }
        return transaction
                .createQuery("select credentials_verification = :verification from recovery"
                        + " where id = :id and credentials_attempt = :attempt")
                .bind("id", id)
                .bind("attempt", attempt)
                .bind("verification", verification)
                .mapTo(Boolean.class)
                .findOne()
                .filter(Boolean::booleanValue)
                .map(same -> Handover.AGAIN)
                .orElse(Handover.REFUSED);
    }

    private static Recovery recovery(ResultSet row) throws SQLException {
        Outcome outcome = read(row.getString("outcome"), Outcome.class);
        return new Recovery(
                read(row.getString("wanted"), Wanted.class),
                RecoveryState.of(row.getString("state"), row.getInt("attempt"), outcome, instant(row, "held_until")),
                row.getLong("version"),
                instant(row, "ended_at"),
                new Recovery.Facts(
                        read(row.getString("backup"), BackupUsed.class),
                        read(row.getString("plan"), RecoveryPlan.class),
                        read(row.getString("sandbox"), SandboxFacts.class),
                        read(row.getString("clocks"), Clocks.class),
                        read(row.getString("reached"), Reached.class),
                        instant(row, "first_write_at"),
                        read(row.getString("rto"), Measure.class),
                        read(row.getString("rpo"), Measure.class),
                        read(row.getString("inspection"), Inspection.class),
                        read(row.getString("isolation"), Isolation.class),
                        read(row.getString("torn_down"), TornDown.class),
                        row.getObject("credentials_attempt", Integer.class),
                        read(row.getString("checks"), ChecksCompleted.class),
                        read(row.getString("verdict"), VerdictRecorded.class)));
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    private static String write(Object value) {
        try {
            return EventJson.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a fact cannot be written as JSON", e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return json == null ? null : EventJson.mapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of recovery holds no " + type.getSimpleName(), e);
        }
    }
}
