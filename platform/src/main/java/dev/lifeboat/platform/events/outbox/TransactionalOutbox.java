package dev.lifeboat.platform.events.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/** Puts each publication into its envelope and into the table. */
@ApplicationScoped
class TransactionalOutbox implements Outbox {
    private static final Map<String, String> STRUCTURED = Map.of("content-type", CloudEvent.STRUCTURED_JSON);

    private final RecordOutbox records;
    private final InstantSource clock;
    private final Ids ids;
    private final String service;

    TransactionalOutbox(
            RecordOutbox records,
            InstantSource clock,
            Ids ids,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.records = records;
        this.clock = clock;
        this.ids = ids;
        this.service = service;
    }

    @Override
    public UUID publish(Handle transaction, Publication publication) {
        EventType type = EventType.of(publication.data());
        Topic topic = type.topic();
        if (topic.owner() != null && !topic.owner().equals(service)) {
            throw new IllegalArgumentException(
                    "only " + topic.owner() + " may say " + type.typeName() + ", and this is " + service);
        }
        CloudEvent<EventData> event = envelope(type, publication);
        records.add(
                transaction,
                new OutboxRow(
                        topic.topicName(),
                        publication.key(),
                        publication.subject(),
                        event.id(),
                        STRUCTURED,
                        bytes(event)));
        return event.id();
    }

    private CloudEvent<EventData> envelope(EventType type, Publication publication) {
        UUID id = ids.next();
        Optional<Correlation> correlation = Correlation.current();
        return new CloudEvent<>(
                CloudEvent.SPEC_VERSION,
                id,
                "/" + service,
                type.typeName(),
                publication.subject(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                CloudEvent.JSON,
                type.dataSchema(),
                publication.clusterId(),
                publication.version(),
                correlation.map(Correlation::correlationId).orElse(id.toString()),
                correlation.map(Correlation::causationId).orElse(null),
                correlation.map(Correlation::actor).orElse("service/" + service),
                correlation.map(Correlation::traceparent).orElse(null),
                publication.data());
    }

    private static byte[] bytes(CloudEvent<EventData> event) {
        try {
            return EventJson.mapper().writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + event.type(), e);
        }
    }
}
