package dev.lifeboat.verifier.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.TopicReader;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** What the other services say, said with their own Kafka principals; and what the verifier said. */
public final class Events {
    static {
        // Two cores and everything real: what comes at all comes within this.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    private final LocalParts parts = LocalParts.shared();

    /** Says it as the topic's owner. */
    public void say(String key, String subject, UUID clusterId, long version, EventData data) {
        say(Instant.now(), key, subject, clusterId, version, data);
    }

    /** Says it as if it had been said then. */
    void say(Instant at, String key, String subject, UUID clusterId, long version, EventData data) {
        Topic topic = EventType.of(data).topic();
        send(topic.owner(), topic, key, event(at, subject, clusterId, version, data));
    }

    /** Something that is said of a cluster's declaration at some time. */
    record Declaration(Instant at, long version, EventData data) {}

    /** Says all of it at once: nobody hears one without the others. */
    void declare(String cluster, UUID clusterId, List<Declaration> declarations) {
        Map<String, Object> settings = new HashMap<>(parts.kafka().clientSettings("backup-service"));
        settings.put("transactional.id", "backup-service-" + UUID.randomUUID());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (Declaration said : declarations) {
                var event = event(said.at(), "cluster/" + cluster, clusterId, said.version(), said.data());
                var unused = producer.send(new ProducerRecord<>(
                        Topic.FLEET.topicName(),
                        Keys.cluster(cluster),
                        EventJson.mapper().writeValueAsString(event)));
            }
            producer.commitTransaction();
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CloudEvent<EventData> event(
            Instant at, String subject, UUID clusterId, long version, EventData data) {
        EventType type = EventType.of(data);
        String service = type.topic().owner();
        return new CloudEvent<>(
                CloudEvent.SPEC_VERSION,
                UUID.randomUUID(),
                "/" + service,
                type.typeName(),
                subject,
                at,
                CloudEvent.JSON,
                type.dataSchema(),
                clusterId,
                version,
                UUID.randomUUID().toString(),
                null,
                "service/" + service,
                null,
                data);
    }

    void send(String service, Topic topic, String key, Object event) {
        Map<String, Object> settings = new HashMap<>(parts.kafka().clientSettings(service));
        settings.put("acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(
                            topic.topicName(), key, EventJson.mapper().writeValueAsString(event)))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was said about a cluster on a topic so far, of one type. */
    <T extends EventData> List<T> said(Topic topic, String cluster, Class<T> type) {
        List<T> found = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> each : all(topic)) {
            if (!Keys.cluster(cluster).equals(each.key())) {
                continue;
            }
            try {
                var json = EventJson.mapper().readTree(text(each));
                Optional<EventType> known = EventType.named(json.path("type").asText());
                if (known.isPresent() && known.get().record() == type) {
                    found.add(EventJson.mapper().treeToValue(json.get("data"), type));
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
        return found;
    }

    /** All text on a topic, to look for what must not be there. */
    List<String> texts(Topic topic) {
        return all(topic).stream().map(Events::text).toList();
    }

    /** Waits until something was said. */
    public <T extends EventData> T await(Topic topic, String cluster, Class<T> type, Predicate<T> which) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> said(topic, cluster, type).stream().filter(which).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    private List<ConsumerRecord<String, byte[]>> all(Topic topic) {
        return TopicReader.of(parts.kafka(), "verifier", topic.topicName()).records();
    }

    private static String text(ConsumerRecord<String, byte[]> record) {
        return record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8);
    }
}
