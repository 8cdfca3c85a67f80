package dev.lifeboat.verifier.finding;

import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.finding.FindingEvent.FindingChanged;
import dev.lifeboat.schemas.finding.FindingEvent.FindingClosed;
import dev.lifeboat.schemas.finding.FindingEvent.FindingRaised;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The table of findings, and what is said of each. At most one finding is open about one thing: what happens again changes
 * it, and its event is in the same commit.
 */
@ApplicationScoped
public class Findings {
    private final Outbox outbox;
    private final InstantSource clock;
    private final Ids ids;

    Findings(Outbox outbox, InstantSource clock, Ids ids) {
        this.outbox = outbox;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * What a finding is about.
     *
     * @param about the same for the same thing, e.g. {@code repository.no-read-credentials/east}
     * @param clusterId null where it is about no cluster
     */
    public record Subject(
            String about,
            String code,
            String severity,
            UUID clusterId,
            String cluster,
            String repository,
            String policy) {
        String key() {
            return cluster != null ? Keys.cluster(cluster) : Keys.repository(repository);
        }
    }

    /**
     * A finding as it stands.
     *
     * @param dueAt of the newest run that it is about; null where it is about none
     * @param times how often it happened since it was raised
     * @param closedAt null while it is open
     */
    public record Finding(
            UUID findingId,
            String code,
            String severity,
            String cluster,
            String repository,
            String policy,
            Instant dueAt,
            int times,
            String message,
            String hint,
            Instant raisedAt,
            Instant changedAt,
            Instant closedAt,
            String closedWhy) {}

    /** What is to be said of it. {@code again} gives the words for the nth time. */
    public interface Words {
        /** One sentence. */
        String message(int times);

        /** What to do. */
        String hint();
    }

    /** It is there: raises the finding, or changes the one that is open. */
    public void raise(Handle transaction, Subject subject, Instant dueAt, Words words) {
        Instant now = clock.instant();
        Optional<Row> open = open(transaction, subject.about());
        if (open.isEmpty()) {
            UUID id = ids.next();
            insert(transaction, id, subject, dueAt, words, now);
            say(
                    transaction,
                    subject.key(),
                    id,
                    subject.clusterId(),
                    1,
                    new FindingRaised(
                            id,
                            subject.code(),
                            subject.severity(),
                            subject.cluster(),
                            subject.repository(),
                            subject.policy(),
                            dueAt,
                            now,
                            words.message(1),
                            words.hint()));
            return;
        }
        Row row = open.get();
        int times = row.times() + 1;
        transaction
                .createUpdate("update finding set times = :times, message = :message, due_at = :due, changed_at = :now,"
                        + " version = version + 1 where finding_id = :id")
                .bind("times", times)
                .bind("message", words.message(times))
                .bind("due", utc(dueAt))
                .bind("now", utc(now))
                .bind("id", row.id())
                .execute();
        say(
                transaction,
                subject.key(),
                row.id(),
                subject.clusterId(),
                row.version() + 1,
                new FindingChanged(
                        row.id(), subject.code(), subject.severity(), subject.cluster(), now, words.message(times)));
    }

    /** Whether one is open about it. */
    public boolean isOpen(Handle transaction, String about) {
        return open(transaction, about).isPresent();
    }

    /** It is over; nothing if none is open about it, or if it is about a run that was due after that moment. */
    public void close(Handle transaction, Subject subject, Optional<Instant> upTo, String reason) {
        Optional<Row> open = open(transaction, subject.about());
        if (open.isEmpty() || (upTo.isPresent() && open.get().dueAt().isAfter(upTo.get()))) {
            return;
        }
        Instant now = clock.instant();
        Row row = open.get();
        transaction
                .createUpdate("update finding set closed_at = :now, changed_at = :now, closed_why = :why,"
                        + " version = version + 1 where finding_id = :id")
                .bind("now", utc(now))
                .bind("why", reason)
                .bind("id", row.id())
                .execute();
        say(
                transaction,
                subject.key(),
                row.id(),
                subject.clusterId(),
                row.version() + 1,
                new FindingClosed(row.id(), subject.code(), subject.cluster(), now, reason));
    }

    /** Newest first. */
    static List<Finding> newest(Handle handle, String cluster, boolean openOnly, int limit) {
        return handle.createQuery("select * from finding where (:cluster::text is null or cluster = :cluster)"
                        + " and (not :open or closed_at is null) order by raised_at desc, finding_id desc limit :limit")
                .bind("cluster", cluster)
                .bind("open", openOnly)
                .bind("limit", limit)
                .map((row, context) -> finding(row))
                .list();
    }

    private record Row(UUID id, long version, int times, Instant dueAt) {}

    private static Optional<Row> open(Handle transaction, String about) {
        return transaction
                .createQuery("select finding_id, version, times, due_at from finding where about = :about and closed_at"
                        + " is null for update")
                .bind("about", about)
                .map((row, context) -> new Row(
                        row.getObject("finding_id", UUID.class),
                        row.getLong("version"),
                        row.getInt("times"),
                        instant(row, "due_at")))
                .findOne();
    }

    private static void insert(Handle transaction, UUID id, Subject subject, Instant dueAt, Words words, Instant now) {
        transaction
                .createUpdate("insert into finding (finding_id, about, version, code, severity, cluster_id, cluster,"
                        + " repository, policy, due_at, message, hint, raised_at, changed_at) values (:id, :about, 1,"
                        + " :code, :severity, :clusterId, :cluster, :repository, :policy, :due, :message, :hint, :now,"
                        + " :now)")
                .bind("id", id)
                .bind("about", subject.about())
                .bind("code", subject.code())
                .bind("severity", subject.severity())
                .bind("clusterId", subject.clusterId())
                .bind("cluster", subject.cluster())
                .bind("repository", subject.repository())
                .bind("policy", subject.policy())
                .bind("due", utc(dueAt))
                .bind("message", words.message(1))
                .bind("hint", words.hint())
                .bind("now", utc(now))
                .execute();
    }

    private void say(Handle transaction, String key, UUID id, UUID clusterId, long version, EventData data) {
        outbox.publish(transaction, new Publication(key, "finding/" + id, clusterId, version, data));
    }

    private static Finding finding(ResultSet row) throws SQLException {
        return new Finding(
                row.getObject("finding_id", UUID.class),
                row.getString("code"),
                row.getString("severity"),
                row.getString("cluster"),
                row.getString("repository"),
                row.getString("policy"),
                instant(row, "due_at"),
                row.getInt("times"),
                row.getString("message"),
                row.getString("hint"),
                instant(row, "raised_at"),
                instant(row, "changed_at"),
                instant(row, "closed_at"),
                row.getString("closed_why"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
