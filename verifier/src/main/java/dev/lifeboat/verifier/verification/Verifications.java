package dev.lifeboat.verifier.verification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.ledger.LedgerPosition;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table of verifications: one row per recovery, of its newest attempt. */
public final class Verifications {
    private static final TypeReference<List<CheckResult>> CHECKS = new TypeReference<>() {};

    private Verifications() {}

    /** How far the checks of an attempt are. */
    public enum ChecksState {
        NONE,
        RUNNING,
        COMPLETED,
        ABANDONED
    }

    /** A row. */
    public record Verification(
            UUID recoveryId,
            int attempt,
            UUID operationId,
            String cluster,
            UUID clusterId,
            long version,
            SandboxReady sandbox,
            ChecksState checksState,
            List<CheckResult> checks,
            Duration clockOffset,
            Instant startedAt,
            Instant completedAt,
            Verdict verdict,
            String reason,
            String ending,
            LedgerPosition evidence) {}

    /**
     * A sandbox is ready: the row of this attempt, unless a newer one is known.
     *
     * @return false if nothing changed
     */
    static boolean begin(Handle handle, SandboxReady ready, UUID clusterId, UUID operationId, Instant now) {
        return handle.createUpdate("insert into verification (recovery_id, attempt, operation_id, cluster, cluster_id,"
                                + " sandbox, checks_state, started_at) values (:id, :attempt, :operation, :cluster,"
                                + " :clusterId, :sandbox::jsonb, 'running', :now) on conflict (recovery_id) do update"
                                + " set attempt = excluded.attempt, operation_id = excluded.operation_id, sandbox ="
                                + " excluded.sandbox, checks_state = 'running', checks = '[]', started_at ="
                                + " excluded.started_at, completed_at = null where verification.attempt <"
                                + " excluded.attempt and verification.ending is null")
                        .bind("id", ready.recoveryId())
                        .bind("attempt", ready.attempt())
                        .bind("operation", operationId)
                        .bind("cluster", ready.cluster())
                        .bind("clusterId", clusterId)
                        .bind("sandbox", write(ready))
                        .bind("now", utc(now))
                        .execute()
                == 1;
    }

    /** The verification of a recovery. */
    public static Optional<Verification> find(Handle handle, UUID recoveryId) {
        return handle.createQuery("select * from verification where recovery_id = :id")
                .bind("id", recoveryId)
                .map((row, context) -> read(row))
                .findOne();
    }

    static Optional<Verification> ofOperation(Handle handle, UUID operationId) {
        return handle.createQuery("select * from verification where operation_id = :id")
                .bind("id", operationId)
                .map((row, context) -> read(row))
                .findOne();
    }

    /** Newest first. */
    static List<Verification> newest(Handle handle, String cluster, int limit) {
        return handle.createQuery("select * from verification where (:cluster::text is null or cluster = :cluster)"
                        + " order by started_at desc nulls last limit :limit")
                .bind("cluster", cluster)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** Notes results so far; the operation's fence has been passed. */
    static void note(Handle handle, UUID operationId, List<CheckResult> checks) {
        handle.createUpdate("update verification set checks = :checks::jsonb where operation_id = :id and"
                        + " checks_state = 'running'")
                .bind("checks", write(checks))
                .bind("id", operationId)
                .execute();
    }

    /**
     * The checks are done, or were given up. Returns the row's new version; empty if nobody waits for them any more: a
     * newer attempt has the row, or the run was judged without them.
     */
    static Optional<Long> finish(
            Handle handle,
            UUID operationId,
            ChecksState state,
            List<CheckResult> checks,
            Duration clockOffset,
            Instant now) {
        return handle.createQuery("update verification set checks_state = :state, checks = :checks::jsonb, clock_offset"
                        + " = :offset, completed_at = :now, version = version + 1 where operation_id = :id and checks_state ="
                        + " 'running' and ending is null returning version")
                .bind("state", state.name().toLowerCase(java.util.Locale.ROOT))
                .bind("checks", write(checks))
                .bind("offset", clockOffset == null ? null : clockOffset.toString())
                .bind("now", utc(now))
                .bind("id", operationId)
                .mapTo(Long.class)
                .findOne();
    }

    /** The recovery has ended and is judged. Returns the row's new version. */
    public static long judged(
            Handle handle,
            UUID recoveryId,
            int attempt,
            String cluster,
            UUID clusterId,
            String ending,
            Verdict verdict,
            String reason,
            List<CheckResult> checks,
            LedgerPosition position) {
        return handle.createQuery("insert into verification (recovery_id, attempt, cluster, cluster_id, checks_state,"
                        + " checks, verdict, reason, ending, ledger_sequence, ledger_digest, version) values (:id,"
                        + " :attempt, :cluster, :clusterId, 'none', :checks::jsonb, :verdict, :reason, :ending,"
                        + " :sequence, :digest, 1) on conflict (recovery_id) do update set checks = excluded.checks,"
                        + " verdict = excluded.verdict, reason = excluded.reason, ending = excluded.ending,"
                        + " ledger_sequence = excluded.ledger_sequence, ledger_digest = excluded.ledger_digest,"
                        + " checks_state = case verification.checks_state when 'running' then 'abandoned' else"
                        + " verification.checks_state end, version = verification.version + 1 returning version")
                .bind("id", recoveryId)
                .bind("attempt", attempt)
                .bind("cluster", cluster)
                .bind("clusterId", clusterId)
                .bind("checks", write(checks))
                .bind("verdict", verdict == null ? null : verdict.name())
                .bind("reason", reason)
                .bind("ending", ending)
                .bind("sequence", position.sequence())
                .bind("digest", position.digest())
                .mapTo(Long.class)
                .one();
    }

    private static Verification read(ResultSet row) throws SQLException {
        String sandbox = row.getString("sandbox");
        String offset = row.getString("clock_offset");
        String verdict = row.getString("verdict");
        Long sequence = row.getObject("ledger_sequence", Long.class);
        try {
            return new Verification(
                    row.getObject("recovery_id", UUID.class),
                    row.getInt("attempt"),
                    row.getObject("operation_id", UUID.class),
                    row.getString("cluster"),
                    row.getObject("cluster_id", UUID.class),
                    row.getLong("version"),
                    sandbox == null ? null : EventJson.mapper().readValue(sandbox, SandboxReady.class),
                    ChecksState.valueOf(row.getString("checks_state").toUpperCase(java.util.Locale.ROOT)),
                    EventJson.mapper().readValue(row.getString("checks"), CHECKS),
                    offset == null ? null : Duration.parse(offset),
                    instant(row, "started_at"),
                    instant(row, "completed_at"),
                    verdict == null ? null : Verdict.valueOf(verdict),
                    row.getString("reason"),
                    row.getString("ending"),
                    sequence == null ? null : new LedgerPosition(sequence, row.getString("ledger_digest")));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String write(Object value) {
        try {
            return EventJson.mapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
