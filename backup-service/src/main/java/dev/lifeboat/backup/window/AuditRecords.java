package dev.lifeboat.backup.window;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.window.GapLedger.Recorded;
import dev.lifeboat.backup.window.WindowView.NewestView;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What audits remember, in rows. */
@ApplicationScoped
class AuditRecords {
    private final ObjectMapper json;

    AuditRecords(ObjectMapper json) {
        this.json = json;
    }

    /** How far the WAL of each timeline once reached. */
    Map<Place, Map<Integer, Lsn>> reach(Handle transaction, UUID clusterId) {
        Map<Place, Map<Integer, Lsn>> reach = new HashMap<>();
        transaction
                .createQuery("select *, end_lsn::text as reached from wal_reach where cluster_id = :cluster")
                .bind("cluster", clusterId)
                .map((row, context) ->
                        Map.entry(place(row), Map.entry(row.getInt("timeline"), Lsn.parse(row.getString("reached")))))
                .forEach(entry -> reach.computeIfAbsent(entry.getKey(), any -> new HashMap<>())
                        .put(entry.getValue().getKey(), entry.getValue().getValue()));
        return reach;
    }

    /** Remembers the furthest. */
    void reached(Handle transaction, UUID clusterId, Place place, int timeline, Lsn end) {
        transaction
                .createUpdate(
                        """
                insert into wal_reach (cluster_id, repository, method, archive, timeline, end_lsn)
                values (:cluster, :repository, :method, :archive, :timeline, :end::pg_lsn)
                on conflict (cluster_id, repository, method, archive, timeline)
                do update set end_lsn = greatest(wal_reach.end_lsn, excluded.end_lsn)
                """)
                .bind("cluster", clusterId)
                .bindMap(columns(place))
                .bind("timeline", timeline)
                .bind("end", end.toString())
                .execute();
    }

    /** All gaps of a place, by id. */
    Map<UUID, Recorded> gaps(Handle transaction, UUID clusterId, Place place) {
        Map<UUID, Recorded> gaps = new LinkedHashMap<>();
        transaction
                .createQuery(
                        """
                select *, from_lsn::text as from_text, to_lsn::text as to_text from wal_gap
                where cluster_id = :cluster and repository = :repository and method = :method and archive = :archive
                order by from_lsn
                """)
                .bind("cluster", clusterId)
                .bindMap(columns(place))
                .map((row, context) -> recorded(row))
                .forEach(gap -> gaps.put(gap.id(), gap));
        return gaps;
    }

    /** Since when each open gap of a cluster is known, by its id. */
    Map<UUID, Instant> openGaps(Handle transaction, UUID clusterId) {
        Map<UUID, Instant> since = new HashMap<>();
        transaction
                .createQuery("select id, first_seen from wal_gap where cluster_id = :cluster and closed_at is null")
                .bind("cluster", clusterId)
                .map((row, context) -> Map.entry(
                        row.getObject("id", UUID.class),
                        row.getObject("first_seen", OffsetDateTime.class).toInstant()))
                .forEach(entry -> since.put(entry.getKey(), entry.getValue()));
        return since;
    }

    private static Recorded recorded(ResultSet row) throws SQLException {
        return new Recorded(
                row.getObject("id", UUID.class),
                row.getInt("timeline"),
                new Span(Lsn.parse(row.getString("from_text")), Lsn.parse(row.getString("to_text"))),
                row.getString("reason"),
                row.getObject("first_seen", OffsetDateTime.class).toInstant(),
                row.getObject("told_at") != null,
                row.getObject("closed_at") != null);
    }

    void seen(
            Handle transaction,
            UUID clusterId,
            String cluster,
            Place place,
            UUID id,
            RecoveryWindow.Gap gap,
            Instant at) {
        transaction
                .createUpdate(
                        """
                insert into wal_gap (id, cluster_id, cluster, repository, method, archive, timeline, from_lsn, to_lsn,
                  reason, first_seen)
                values (:id, :clusterId, :cluster, :repository, :method, :archive, :timeline, :from::pg_lsn, :to::pg_lsn,
                  :reason, :at)
                on conflict (id) do update set to_lsn = excluded.to_lsn, reason = excluded.reason,
                  first_seen = excluded.first_seen, told_at = null, closed_at = null
                """)
                .bind("id", id)
                .bind("clusterId", clusterId)
                .bind("cluster", cluster)
                .bindMap(columns(place))
                .bind("timeline", gap.timeline())
                .bind("from", gap.span().start().toString())
                .bind("to", gap.span().end().toString())
                .bind("reason", gap.reason())
                .bind("at", at(at))
                .execute();
    }

    void changed(Handle transaction, UUID id, RecoveryWindow.Gap gap) {
        transaction
                .createUpdate("update wal_gap set to_lsn = :to::pg_lsn, reason = :reason where id = :id")
                .bind("id", id)
                .bind("to", gap.span().end().toString())
                .bind("reason", gap.reason())
                .execute();
    }

    /** Notes that the world knows; the version of what it is told. */
    long told(Handle transaction, UUID id, Instant at) {
        return transaction
                .createQuery("update wal_gap set told_at = :at, version = version + 1 where id = :id returning version")
                .bind("id", id)
                .bind("at", at(at))
                .mapTo(long.class)
                .one();
    }

    /** Notes that a gap is gone; the version of what is told of that. */
    long closed(Handle transaction, UUID id, Instant at) {
        return transaction
                .createQuery(
                        "update wal_gap set closed_at = :at, version = version + 1 where id = :id returning version")
                .bind("id", id)
                .bind("at", at(at))
                .mapTo(long.class)
                .one();
    }

    /** What an audit came to; with a failure, what was known before stays. */
    void audited(
            Handle transaction,
            UUID clusterId,
            String cluster,
            Place place,
            Instant at,
            Optional<Failure> failure,
            Optional<NewestView> newest,
            int gaps,
            Optional<Long> lag) {
        if (failure.isPresent()) {
            transaction
                    .createUpdate("update wal_audit set audited_at = :at, failure = :failure::jsonb"
                            + " where cluster_id = :clusterId and repository = :repository and method = :method")
                    .bind("clusterId", clusterId)
                    .bindMap(columns(place))
                    .bind("at", at(at))
                    .bind("failure", write(failure.get()))
                    .execute();
            return;
        }
        transaction
                .createUpdate(
                        """
                insert into wal_audit (cluster_id, repository, method, archive, cluster, audited_at, failure, newest_at,
                  newest_approximate, newest_lsn, newest_timeline, open_gaps, lag_bytes)
                values (:clusterId, :repository, :method, :archive, :cluster, :at, null, :newestAt, :approximate,
                  :lsn::pg_lsn, :timeline, :gaps, :lag)
                on conflict (cluster_id, repository, method, archive) do update set audited_at = excluded.audited_at,
                  failure = null, newest_at = excluded.newest_at, newest_approximate = excluded.newest_approximate,
                  newest_lsn = excluded.newest_lsn, newest_timeline = excluded.newest_timeline,
                  open_gaps = excluded.open_gaps, lag_bytes = excluded.lag_bytes
                """)
                .bind("clusterId", clusterId)
                .bind("cluster", cluster)
                .bindMap(columns(place))
                .bind("at", at(at))
                .bind("newestAt", at(newest.map(NewestView::at).orElse(null)))
                .bind("approximate", newest.map(NewestView::approximate).orElse(null))
                .bind("lsn", newest.map(NewestView::lsn).orElse(null))
                .bind("timeline", newest.map(NewestView::timeline).orElse(null))
                .bind("gaps", gaps)
                .bind("lag", lag.orElse(null))
                .execute();
    }

    /** Since when a cluster's archiving into a repository is stalled; empty while it flows. */
    Optional<Instant> stalledSince(Handle transaction, UUID clusterId, String repository) {
        return transaction
                .createQuery("select stalled_at from wal_archiving where cluster_id = :cluster"
                        + " and repository = :repository and stalled_at is not null for update")
                .bind("cluster", clusterId)
                .bind("repository", repository)
                .map((row, context) ->
                        row.getObject("stalled_at", OffsetDateTime.class).toInstant())
                .findOne();
    }

    /** Notes a stall, or with neither its end; the version of what is told of it. */
    long archiving(
            Handle transaction,
            UUID clusterId,
            String cluster,
            String repository,
            Optional<Instant> stalledAt,
            Optional<Failure> failure) {
        return transaction
                .createQuery(
                        """
                insert into wal_archiving (cluster_id, repository, cluster, stalled_at, failure, version)
                values (:clusterId, :repository, :cluster, :at, :failure::jsonb, 1)
                on conflict (cluster_id, repository) do update set stalled_at = excluded.stalled_at,
                  failure = excluded.failure, version = wal_archiving.version + 1
                returning version
                """)
                .bind("clusterId", clusterId)
                .bind("cluster", cluster)
                .bind("repository", repository)
                .bind("at", at(stalledAt.orElse(null)))
                .bind("failure", failure.map(this::write).orElse(null))
                .mapTo(long.class)
                .one();
    }

    private static Place place(ResultSet row) throws SQLException {
        return new Place(row.getString("repository"), row.getString("method"), row.getString("archive"));
    }

    private static Map<String, ?> columns(Place place) {
        return Map.of("repository", place.repository(), "method", place.method(), "archive", place.archive());
    }

    private static OffsetDateTime at(Instant moment) {
        return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
    }

    private String write(Failure failure) {
        try {
            return json.writeValueAsString(failure);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a failure cannot be written as JSON", e);
        }
    }
}
