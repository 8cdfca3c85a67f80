package dev.lifeboat.verifier.schedule;

import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.schedule.Reconciliation.Heard;
import dev.lifeboat.verifier.schedule.Timetable.Span;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The tables of what was due, heard and missed. */
public final class ScheduleTables {
    private ScheduleTables() {}

    /**
     * A policy that is watched.
     *
     * @param cluster name of its cluster
     * @param settledUntil each moment up to here is decided
     * @param timetable of all its declarations
     */
    record Watched(PolicyKey key, String cluster, Instant settledUntil, Timetable timetable) {
        /** Whether it has a schedule now. */
        boolean isDeclared() {
            return timetable.spans().stream().anyMatch(span -> span.until().isEmpty());
        }
    }

    /**
     * Waits for whoever decides about a run of this policy, and keeps others waiting until the end of the transaction.
     *
     * @return false if it has no schedule that is known
     */
    static boolean lock(Handle transaction, PolicyKey key) {
        return about(
                        transaction.createQuery(
                                "select 1 from policy_watch where cluster_id = :cluster and kind = :kind"
                                        + " and policy = :policy for update"),
                        key)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    /**
     * Whether the moment is in the ledger as missed, and where. Whoever is about to record a run of that moment asks
     * first: one run that was due has one entry.
     */
    public static Optional<Long> missedEntry(Handle transaction, PolicyKey key, Instant dueAt) {
        lock(transaction, key);
        return about(
                        transaction.createQuery("select ledger_sequence from missed_run where cluster_id = :cluster and"
                                + " kind = :kind and policy = :policy and due_at = :due"),
                        key)
                .bind("due", utc(dueAt))
                .mapTo(Long.class)
                .findOne();
    }

    /** All that are watched, or those of a cluster. */
    static List<Watched> watched(Handle handle, Optional<UUID> clusterId) {
        Map<PolicyKey, List<Span>> spans = handle.createQuery(
                        "select * from policy_span where (:cluster::uuid is null or cluster_id = :cluster)")
                .bind("cluster", clusterId.orElse(null))
                .map((row, context) -> Map.entry(key(row), span(row)))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return handle.createQuery("select * from policy_watch where (:cluster::uuid is null or cluster_id = :cluster)"
                        + " order by cluster, kind, policy")
                .bind("cluster", clusterId.orElse(null))
                .map((row, context) -> new Watched(
                        key(row),
                        row.getString("cluster"),
                        instant(row, "settled_until"),
                        new Timetable(spans.getOrDefault(key(row), List.of()))))
                .list();
    }

    /** The open span of each policy of a cluster. */
    static Map<PolicyKey, Span> open(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select * from policy_span where cluster_id = :cluster and valid_until is null")
                .bind("cluster", clusterId)
                .map((row, context) -> Map.entry(key(row), span(row)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** From now on the policy is due like this. */
    static void begin(Handle transaction, PolicyKey key, String cluster, Span span) {
        about(
                        transaction.createUpdate("insert into policy_watch (cluster_id, kind, policy, cluster,"
                                + " settled_until) values (:cluster, :kind, :policy, :name, :from) on conflict do"
                                + " nothing"),
                        key)
                .bind("name", cluster)
                .bind("from", utc(span.from()))
                .execute();
        about(
                        transaction.createUpdate("insert into policy_span (cluster_id, kind, policy, valid_from, cron,"
                                + " zone, jitter_ms) values (:cluster, :kind, :policy, :from, :cron, :zone, :jitter)"
                                + " on conflict (cluster_id, kind, policy, valid_from) do update set cron ="
                                + " excluded.cron, zone = excluded.zone, jitter_ms = excluded.jitter_ms, valid_until ="
                                + " null"),
                        key)
                .bind("from", utc(span.from()))
                .bind("cron", span.cron())
                .bind("zone", span.zone().getId())
                .bind("jitter", span.jitter().toMillis())
                .execute();
    }

    /** It is no longer due like that. */
    static void end(Handle transaction, PolicyKey key, Instant until) {
        about(
                        transaction.createUpdate(
                                "update policy_span set valid_until = greatest(:until, valid_from) where"
                                        + " cluster_id = :cluster and kind = :kind and policy = :policy and valid_until is"
                                        + " null"),
                        key)
                .bind("until", utc(until))
                .execute();
    }

    /** Ids of other clusters that had this name and still have schedules: their removal was not heard of. */
    static List<UUID> namesakes(Handle transaction, String cluster, UUID clusterId) {
        return transaction
                .createQuery(
                        "select distinct w.cluster_id from policy_watch w join policy_span s using (cluster_id, kind,"
                                + " policy) where w.cluster = :name and w.cluster_id <> :id and s.valid_until is null")
                .bind("name", cluster)
                .bind("id", clusterId)
                .mapTo(UUID.class)
                .list();
    }

    /** A run of a schedule was heard of; a later word about its end wins over none, and an earlier one stays. */
    static void heard(Handle transaction, PolicyKey key, Instant dueAt, Heard heard) {
        about(
                        transaction.createUpdate(
                                "insert into heard_run (cluster_id, kind, policy, due_at, run_id, ending)"
                                        + " values (:cluster, :kind, :policy, :due, :run, :ending) on conflict (cluster_id,"
                                        + " kind, policy, due_at) do update set ending = coalesce(heard_run.ending,"
                                        + " excluded.ending)"),
                        key)
                .bind("due", utc(dueAt))
                .bind("run", heard.run())
                .bind("ending", heard.ending())
                .execute();
    }

    /** What was heard of runs that were due in {@code (from, to]}. */
    static Map<Instant, Heard> heard(Handle handle, PolicyKey key, Instant from, Instant to) {
        Map<Instant, Heard> heard = new HashMap<>();
        about(
                        handle.createQuery(
                                "select due_at, run_id, ending from heard_run where cluster_id = :cluster and"
                                        + " kind = :kind and policy = :policy and due_at > :from and due_at <= :to"),
                        key)
                .bind("from", utc(from))
                .bind("to", utc(to))
                .map((row, context) -> Map.entry(
                        instant(row, "due_at"),
                        new Heard(row.getObject("run_id", UUID.class), row.getString("ending"))))
                .forEach(entry -> heard.put(entry.getKey(), entry.getValue()));
        return heard;
    }

    /** Moments in {@code (from, to]} that are recorded as missed. */
    static Set<Instant> missed(Handle handle, PolicyKey key, Instant from, Instant to) {
        return about(
                        handle.createQuery(
                                "select due_at from missed_run where cluster_id = :cluster and kind = :kind and"
                                        + " policy = :policy and due_at > :from and due_at <= :to"),
                        key)
                .bind("from", utc(from))
                .bind("to", utc(to))
                .map((row, context) -> instant(row, "due_at"))
                .set();
    }

    static void recordMissed(Handle transaction, PolicyKey key, Instant dueAt, Instant foundAt, long sequence) {
        about(
                        transaction.createUpdate("insert into missed_run (cluster_id, kind, policy, due_at, found_at,"
                                + " ledger_sequence) values (:cluster, :kind, :policy, :due, :found, :sequence)"),
                        key)
                .bind("due", utc(dueAt))
                .bind("found", utc(foundAt))
                .bind("sequence", sequence)
                .execute();
    }

    static void settled(Handle transaction, PolicyKey key, Instant until) {
        about(
                        transaction.createUpdate(
                                "update policy_watch set settled_until = greatest(settled_until, :until)"
                                        + " where cluster_id = :cluster and kind = :kind and policy = :policy"),
                        key)
                .bind("until", utc(until))
                .execute();
    }

    private static <T extends SqlStatement<T>> T about(T statement, PolicyKey key) {
        return statement
                .bind("cluster", key.clusterId())
                .bind("kind", key.kind().name().toLowerCase(Locale.ROOT))
                .bind("policy", key.policy());
    }

    private static PolicyKey key(ResultSet row) throws SQLException {
        return new PolicyKey(
                row.getObject("cluster_id", UUID.class),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("policy"));
    }

    private static Span span(ResultSet row) throws SQLException {
        return new Span(
                instant(row, "valid_from"),
                Optional.ofNullable(instant(row, "valid_until")),
                row.getString("cron"),
                ZoneId.of(row.getString("zone")),
                Duration.ofMillis(row.getLong("jitter_ms")));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
