package dev.lifeboat.backup.marker;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/** What was committed, bounded: all of the last day, then one a minute, then nothing. */
@ApplicationScoped
class MarkerRecord {
    private static final Duration EXACT = Duration.ofDays(1);

    private final InstantSource clock;
    private final Duration kept;

    MarkerRecord(
            InstantSource clock, @ConfigProperty(name = "lifeboat.markers.kept", defaultValue = "P35D") Duration kept) {
        this.clock = clock;
        this.kept = kept;
    }

    /** The markers on both sides of a target; null where there is none. */
    record Around(Marker before, Marker after) {}

    void add(Handle transaction, UUID cluster, Collection<Marker> markers) {
        PreparedBatch batch = transaction.prepareBatch(
                """
                insert into marker (cluster_id, written_at, returned_at, written_lsn, returned_lsn, timeline)
                values (:cluster, :writtenAt, :returnedAt, cast(:writtenLsn as pg_lsn), cast(:returnedLsn as pg_lsn), :timeline)
                on conflict do nothing
                """);
        for (Marker marker : markers) {
            batch.bind("cluster", cluster)
                    .bind("writtenAt", Timestamp.from(marker.writtenAt()))
                    .bind("returnedAt", Timestamp.from(marker.returnedAt()))
                    .bind("writtenLsn", marker.writtenLsn())
                    .bind("returnedLsn", marker.returnedLsn())
                    .bind("timeline", marker.timeline())
                    .add();
        }
        batch.execute();
    }

    /**
     * The last one whose commit had returned before a moment, and the first one that was written after it.
     *
     * @param inclusive whether the moment itself is before
     * @param timeline that the recovery followed
     */
    Around around(Handle transaction, UUID cluster, Instant moment, boolean inclusive, int timeline) {
        String before = inclusive ? "returned_at <= :at" : "returned_at < :at";
        String after = inclusive ? "written_at > :at" : "written_at >= :at";
        return new Around(
                one(
                        transaction,
                        cluster,
                        timeline,
                        before + " and written_at <= :at order by written_at desc",
                        query -> query.bind("at", Timestamp.from(moment))),
                one(
                        transaction,
                        cluster,
                        timeline,
                        after + " order by written_at",
                        query -> query.bind("at", Timestamp.from(moment))));
    }

    /** The same on both sides of a position. */
    Around around(Handle transaction, UUID cluster, String lsn, int timeline) {
        return new Around(
                one(
                        transaction,
                        cluster,
                        timeline,
                        "returned_lsn <= cast(:at as pg_lsn) and written_lsn <= cast(:at as pg_lsn)"
                                + " order by written_lsn desc",
                        query -> query.bind("at", lsn)),
                one(
                        transaction,
                        cluster,
                        timeline,
                        "written_lsn > cast(:at as pg_lsn) order by written_lsn",
                        query -> query.bind("at", lsn)));
    }

    private static Marker one(
            Handle transaction,
            UUID cluster,
            int timeline,
            String condition,
            java.util.function.UnaryOperator<Query> bind) {
        Query query = transaction
                .createQuery("select *, written_lsn::text as from_lsn, returned_lsn::text as to_lsn from marker"
                        + " where cluster_id = :cluster and timeline = :timeline and " + condition + " limit 1")
                .bind("cluster", cluster)
                .bind("timeline", timeline);
        Optional<Marker> found = bind.apply(query)
                .map((row, context) -> new Marker(
                        row.getTimestamp("written_at").toInstant(),
                        row.getTimestamp("returned_at").toInstant(),
                        row.getString("from_lsn"),
                        row.getString("to_lsn"),
                        row.getInt("timeline")))
                .findOne();
        return found.orElse(null);
    }

    /** Removes what is not kept: of what is older than a day all but the first of each minute. */
    void thin(Handle transaction, UUID cluster) {
        Instant now = clock.instant();
        transaction
                .createUpdate("delete from marker where cluster_id = :cluster and written_at < :until")
                .bind("cluster", cluster)
                .bind("until", Timestamp.from(now.minus(kept)))
                .execute();
        transaction
                .createUpdate(
                        """
                        delete from marker m where cluster_id = :cluster and written_at < :until
                          and exists (select from marker first where first.cluster_id = m.cluster_id
                                      and first.timeline = m.timeline and first.written_at < m.written_at
                                      and first.written_at >= date_trunc('minute', m.written_at))
                        """)
                .bind("cluster", cluster)
                .bind("until", Timestamp.from(now.minus(EXACT)))
                .execute();
    }
}
