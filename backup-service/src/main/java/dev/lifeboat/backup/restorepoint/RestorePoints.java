package dev.lifeboat.backup.restorepoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.restorepoint.RestorePoint.Place;
import dev.lifeboat.backup.restorepoint.RestorePoint.State;
import dev.lifeboat.backup.window.NamedMoments;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The rows of restore points. */
@ApplicationScoped
class RestorePoints implements NamedMoments {
    private static final String ALL = "select p.*, p.lsn::text as lsn_text from restore_point p ";
    private static final int SHOWN = 100;

    private final ObjectMapper json;

    RestorePoints(ObjectMapper json) {
        this.json = json;
    }

    /** Adds one; false, and nothing changed, if the cluster has or had one of that name. */
    boolean add(Handle transaction, RestorePoint point) {
        return transaction
                        .createUpdate(
                                """
                insert into restore_point (id, cluster_id, cluster, name, requested_at, requested_by, state)
                values (:id, :clusterId, :cluster, :name, :at, :by, 'requested') on conflict do nothing
                """)
                        .bind("id", point.id())
                        .bind("clusterId", point.clusterId())
                        .bind("cluster", point.cluster())
                        .bind("name", point.name())
                        .bind("at", at(point.requestedAt()))
                        .bind("by", point.requestedBy())
                        .execute()
                == 1;
    }

    Optional<RestorePoint> find(Handle transaction, UUID id) {
        return read(transaction.createQuery(ALL + "where id = :id").bind("id", id))
                .findFirst();
    }

    /** Of a cluster by name, newest first, those after the given one. */
    List<RestorePoint> newest(Handle transaction, String cluster, Optional<Cursor.Moment> after, int limit) {
        return read(transaction
                        .createQuery(
                                ALL
                                        + """
                where cluster = :cluster
                  and (:afterAt::timestamptz is null or (requested_at, id) < (:afterAt, :afterId))
                order by requested_at desc, id desc limit :limit
                """)
                        .bind("cluster", cluster)
                        .bind("afterAt", at(after.map(Cursor.Moment::at).orElse(null)))
                        .bind("afterId", after.map(Cursor.Moment::id).orElse(null))
                        .bind("limit", limit))
                .toList();
    }

    @Override
    public List<NamedMoment> of(Handle transaction, UUID clusterId) {
        return read(transaction
                        .createQuery(ALL + "where cluster_id = :cluster and lsn is not null"
                                + " order by created_at desc, id desc limit :limit")
                        .bind("cluster", clusterId)
                        .bind("limit", SHOWN))
                .flatMap(point -> point
                        .place()
                        .map(place -> new NamedMoment(
                                point.id(), point.name(), place.at(), place.lsn(), place.timeline(), point.durableIn()))
                        .stream())
                .toList();
    }

    void creating(Handle transaction, UUID id) {
        transaction
                .createUpdate("update restore_point set state = 'creating' where id = :id and state = 'requested'")
                .bind("id", id)
                .execute();
    }

    void created(Handle transaction, UUID id, Place place) {
        transaction
                .createUpdate("update restore_point set state = 'created', lsn = :lsn::pg_lsn, timeline = :timeline,"
                        + " created_at = :at where id = :id")
                .bind("id", id)
                .bind("lsn", place.lsn().toString())
                .bind("timeline", place.timeline())
                .bind("at", at(place.at()))
                .execute();
    }

    void durable(Handle transaction, UUID id, List<String> repositories, Instant at) {
        transaction
                .createUpdate("update restore_point set state = 'durable', durable_in = :repositories,"
                        + " durable_at = coalesce(durable_at, :at) where id = :id")
                .bind("id", id)
                .bindArray("repositories", String.class, repositories)
                .bind("at", at(at))
                .execute();
    }

    void failed(Handle transaction, UUID id, Failure failure) {
        try {
            transaction
                    .createUpdate("update restore_point set state = 'failed', failure = :failure::jsonb"
                            + " where id = :id and state <> 'durable'")
                    .bind("id", id)
                    .bind("failure", json.writeValueAsString(failure))
                    .execute();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a failure cannot be written as JSON", e);
        }
    }

    private Stream<RestorePoint> read(Query query) {
        return query.map((row, context) -> point(row)).list().stream();
    }

    private RestorePoint point(ResultSet row) throws SQLException {
        Optional<Place> place = row.getString("lsn_text") == null
                ? Optional.empty()
                : Optional.of(new Place(
                        Lsn.parse(row.getString("lsn_text")), row.getInt("timeline"), instant(row, "created_at")));
        return new RestorePoint(
                row.getObject("id", UUID.class),
                row.getObject("cluster_id", UUID.class),
                row.getString("cluster"),
                row.getString("name"),
                instant(row, "requested_at"),
                row.getString("requested_by"),
                State.of(row.getString("state")),
                place,
                Optional.ofNullable(instant(row, "durable_at")),
                List.of((String[]) row.getArray("durable_in").getArray()),
                failure(row.getString("failure")));
    }

    private Optional<Failure> failure(String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(json.readValue(text, Failure.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row of restore_point holds no failure", e);
        }
    }

    private static OffsetDateTime at(Instant moment) {
        return moment == null ? null : moment.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
