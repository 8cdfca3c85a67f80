package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.outbox.OutboxRow;
import dev.lifeboat.platform.events.outbox.RecordOutbox;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Puts aside what cannot be taken: a row here, a record on {@code lifeboat.dead-letters}, and doubt about what it fed. */
@ApplicationScoped
class DeadLetters {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final Consumers consumers;
    private final RecordOutbox outbox;
    private final InstantSource clock;
    private final Ids ids;
    private final String service;

    DeadLetters(
            Consumers consumers,
            RecordOutbox outbox,
            InstantSource clock,
            Ids ids,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.consumers = consumers;
        this.outbox = outbox;
        this.clock = clock;
        this.ids = ids;
        this.service = service;
    }

    /** Why, and for whom. */
    private record Cause(
            String consumer,
            String code,
            String reason,
            String type,
            String source,
            UUID eventId,
            List<String> doubted) {}

    /** Nobody could read it, or nobody may believe it. */
    void refused(Handle transaction, Step.PutAside step) {
        Decoded.Refused refused = step.refused();
        List<String> doubted = refused.doubtful()
                ? consumers
                        .onTopic(step.origin().topic())
                        .map(consumer -> consumer.name())
                        .toList()
                : List.of();
        record(
                transaction,
                step.origin(),
                new Cause(
                        null,
                        refused.code(),
                        refused.reason(),
                        refused.type(),
                        refused.source(),
                        refused.eventId(),
                        doubted));
    }

    /** One consumer could not take it. */
    void failed(Handle transaction, Origin origin, String consumer, String code, String reason) {
        CloudEvent<?> event =
                EventDecoder.decode(origin) instanceof Decoded.Known(Received received) ? received.event() : null;
        record(
                transaction,
                origin,
                new Cause(
                        consumer,
                        code,
                        reason,
                        event == null ? null : event.type(),
                        event == null ? null : event.source(),
                        event == null ? null : event.id(),
                        List.of(consumer)));
    }

    private void record(Handle transaction, Origin origin, Cause cause) {
        UUID id = ids.next();
        Instant now = clock.instant();
        int recorded = transaction
                .createUpdate(
                        """
                        insert into dead_letter (id, consumer, code, reason, type, source, event_id, topic,
                            partition_number, record_offset, record_key, event, recorded_at)
                        values (:id, :consumer, :code, :reason, :type, :source, :eventId, :topic,
                            :partition, :offset, :key, :event, :now)
                        on conflict do nothing
                        """)
                .bind("id", id)
                .bind("consumer", cause.consumer())
                .bind("code", cause.code())
                .bind("reason", cause.reason())
                .bind("type", cause.type())
                .bind("source", cause.source())
                .bind("eventId", cause.eventId())
                .bind("topic", origin.topic())
                .bind("partition", origin.partition())
                .bind("offset", origin.offset())
                .bind("key", origin.key())
                .bind("event", origin.event())
                .bind("now", now)
                .execute();
        if (recorded == 0) {
            return;
        }
        for (String readModel : cause.doubted()) {
            transaction
                    .createUpdate("insert into suspect_read_model (read_model, record_key, dead_letter_id, since)"
                            + " values (:readModel, :key, :id, :now)")
                    .bind("readModel", readModel)
                    .bind("key", origin.key() == null ? "" : origin.key())
                    .bind("id", id)
                    .bind("now", now)
                    .execute();
        }
        outbox.add(transaction, announcement(id, origin, cause));
        LOG.errorf(
                "dead letter %s: %s, partition %d, offset %d, key %s%s: %s (%s)",
                id,
                origin.topic(),
                origin.partition(),
                origin.offset(),
                origin.key(),
                cause.consumer() == null ? "" : ", consumer " + cause.consumer(),
                cause.reason(),
                cause.code());
    }

    /** The record as it came, unless it is too large for that, with why and from where in its headers. */
    private OutboxRow announcement(UUID id, Origin origin, Cause cause) {
        Map<String, String> headers = new HashMap<>();
        headers.put("dead-letter-id", id.toString());
        headers.put("dead-letter-service", service);
        headers.put("dead-letter-code", cause.code());
        headers.put("dead-letter-reason", cause.reason());
        headers.put("dead-letter-topic", origin.topic());
        headers.put("dead-letter-partition", Integer.toString(origin.partition()));
        headers.put("dead-letter-offset", Long.toString(origin.offset()));
        if (cause.consumer() != null) {
            headers.put("dead-letter-consumer", cause.consumer());
        }
        boolean fits = origin.event().length <= RecordOutbox.MOST_BYTES;
        if (!fits) {
            headers.put("dead-letter-omitted-bytes", Integer.toString(origin.event().length));
        }
        return new OutboxRow(
                Topic.DEAD_LETTERS.topicName(),
                origin.key() == null ? "" : origin.key(),
                "dead-letter/" + id,
                id,
                headers,
                fits ? origin.event() : new byte[0]);
    }
}
