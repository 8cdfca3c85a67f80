package dev.lifeboat.platform.events;

import dev.lifeboat.schemas.event.Topic;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where topics end now, for who must know that everything that was said has been taken. */
@ApplicationScoped
public class TopicEnds {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Map<String, Object> connection;
    private final String client;

    /** Looks with the connection given, under a client's name that the broker's operator can tell. */
    public TopicEnds(
            @Identifier("default-kafka-broker") Map<String, Object> connection,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.connection = connection;
        this.client = service + "-ends";
    }

    /** A partition of a topic. */
    public record Place(String topic, int partition) {}

    /** Kafka did not say where its topics end. */
    public static final class NotReached extends Exception {
        private static final long serialVersionUID = 1L;

        private NotReached(KafkaException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * What must have been taken of each partition for all that is there now; a partition without anything new is left out.
     *
     * @param taken the next offset to take of each partition; none: nothing was taken
     * @throws NotReached when Kafka does not answer within some seconds
     */
    public Map<Place, Long> beyond(List<Topic> topics, Map<Place, Long> taken) throws NotReached {
        Map<TopicPartition, Long> next = new HashMap<>();
        taken.forEach((place, offset) -> next.put(new TopicPartition(place.topic(), place.partition()), offset));
        Map<Place, Long> needed = new HashMap<>();
        try {
            look(topics, next)
                    .forEach((partition, offset) ->
                            needed.put(new Place(partition.topic(), partition.partition()), offset));
        } catch (KafkaException e) {
            throw new NotReached(e);
        }
        return needed;
    }

    private Map<TopicPartition, Long> look(List<Topic> topics, Map<TopicPartition, Long> taken) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return look(consumer, topics, taken);
        } finally {
            // Its usual patience is half a minute, also where nobody is there to take leave of.
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    /** Reads what is not taken yet: an offset may also belong to a transaction's end, which nobody takes. */
    private static Map<TopicPartition, Long> look(
            KafkaConsumer<byte[], byte[]> consumer, List<Topic> topics, Map<TopicPartition, Long> taken) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic topic : topics) {
            consumer.partitionsFor(topic.topicName(), ANSWER)
                    .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, ANSWER);
        List<TopicPartition> open = partitions.stream()
                .filter(partition -> from(partition, taken, begins) < ends.get(partition))
                .toList();
        consumer.assign(open);
        open.forEach(partition -> consumer.seek(partition, from(partition, taken, begins)));
        Map<TopicPartition, Long> needed = new HashMap<>();
        long patience = System.nanoTime() + ANSWER.toNanos();
        while (open.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            if (System.nanoTime() > patience) {
                throw new TimeoutException("the ends of the topics were not reached in " + ANSWER);
            }
            consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < ends.get(partition)) {
                    needed.merge(partition, record.offset() + 1, Math::max);
                }
            });
        }
        return needed;
    }

    private static long from(
            TopicPartition partition, Map<TopicPartition, Long> taken, Map<TopicPartition, Long> begins) {
        return Math.max(taken.getOrDefault(partition, 0L), begins.get(partition));
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        connection.forEach((name, value) -> {
            if (ConsumerConfig.configNames().contains(name)) {
                settings.put(name, value);
            }
        });
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, client);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        return settings;
    }
}
