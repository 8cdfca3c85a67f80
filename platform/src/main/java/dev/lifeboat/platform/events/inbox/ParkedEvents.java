package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The table {@code parked_event}: what waits for something that must come first, in line per consumer and subject. */
@ApplicationScoped
class ParkedEvents {
    private static final Logger LOG = Logger.getLogger(ParkedEvents.class);

    private final InstantSource clock;
    private final Duration parkFor;

    ParkedEvents(InstantSource clock, EventSettings settings) {
        this.clock = clock;
        this.parkFor = settings.parkFor();
    }

    /** The first of a line. */
    record Head(long position, Step.Line line) {}

    /** A parked event. */
    record Parked(long position, String consumer, Origin origin, String reason, Instant deadline) {}

    /** Parks it at the end of its line; nothing if it is parked already. */
    void park(Handle transaction, Step.Take take, String reason) {
        Instant now = clock.instant();
        Origin origin = take.origin();
        int parked = transaction
                .createUpdate(
                        """
                        insert into parked_event (consumer, source, event_id, subject, topic, partition_number,
                            record_offset, record_key, event, reason, parked_at, deadline)
                        values (:consumer, :source, :id, :subject, :topic, :partition,
                            :offset, :key, :event, :reason, :now, :deadline)
                        on conflict do nothing
                        """)
                .bind("consumer", take.consumer().name())
                .bind("source", take.received().event().source())
                .bind("id", take.received().event().id())
                .bind("subject", take.received().event().subject())
                .bind("topic", origin.topic())
                .bind("partition", origin.partition())
                .bind("offset", origin.offset())
                .bind("key", origin.key())
                .bind("event", origin.event())
                .bind("reason", reason)
                .bind("now", now)
                .bind("deadline", now.plus(parkFor))
                .execute();
        if (parked == 1) {
            LOG.infof(
                    "%s parked event %s (%s): %s",
                    take.consumer().name(),
                    take.received().event().id(),
                    take.received().event().type(),
                    reason);
        }
    }

    /** Those of the lines in which somebody waits. */
    Set<Step.Line> waiting(Handle transaction, Set<Step.Line> lines) {
        if (lines.isEmpty()) {
            return Set.of();
        }
        List<Step.Line> ordered = List.copyOf(lines);
        return new HashSet<>(transaction
                .createQuery("select distinct consumer, subject from parked_event where (consumer, subject) in"
                        + " (select * from unnest(:consumers, :subjects))")
                .bindArray(
                        "consumers",
                        String.class,
                        ordered.stream().map(Step.Line::consumer).toList())
                .bindArray(
                        "subjects",
                        String.class,
                        ordered.stream().map(Step.Line::subject).toList())
                .map((result, context) -> new Step.Line(result.getString(1), result.getString(2)))
                .list());
    }

    /** The first of each line behind the given one, in the lines' order; from the beginning for null. */
    List<Head> heads(Handle handle, Step.Line behind, int limit) {
        return handle.createQuery(
                        """
                        select distinct on (consumer, subject) position, consumer, subject from parked_event
                        where (consumer, subject) > (:consumer, :subject)
                        order by consumer, subject, position limit :limit
                        """)
                .bind("consumer", behind == null ? "" : behind.consumer())
                .bind("subject", behind == null ? "" : behind.subject())
                .bind("limit", limit)
                .map((result, context) -> new Head(
                        result.getLong("position"),
                        new Step.Line(result.getString("consumer"), result.getString("subject"))))
                .list();
    }

    /** The next of the line behind that position. */
    Optional<Head> next(Handle handle, Head head) {
        return handle.createQuery("select min(position) from parked_event"
                        + " where consumer = :consumer and subject = :subject and position > :position")
                .bind("consumer", head.line().consumer())
                .bind("subject", head.line().subject())
                .bind("position", head.position())
                .mapTo(Long.class)
                .findOne()
                .map(position -> new Head(position, head.line()));
    }

    /** Locks one for this transaction; empty if it is gone or another instance is at it. */
    Optional<Parked> lock(Handle transaction, long position) {
        return transaction
                .createQuery("select position, consumer, topic, partition_number, record_offset, record_key, event,"
                        + " reason, deadline from parked_event where position = :position for update skip locked")
                .bind("position", position)
                .map((result, context) -> new Parked(
                        result.getLong("position"),
                        result.getString("consumer"),
                        UnknownEvents.origin(result),
                        result.getString("reason"),
                        result.getTimestamp("deadline").toInstant()))
                .findOne();
    }

    void delete(Handle transaction, long position) {
        transaction
                .createUpdate("delete from parked_event where position = :position")
                .bind("position", position)
                .execute();
    }

    /** Its time is over. */
    boolean expired(Parked parked) {
        return !clock.instant().isBefore(parked.deadline());
    }
}
