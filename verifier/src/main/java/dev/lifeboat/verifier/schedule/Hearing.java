package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.event.Topic;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Until when everything that was said has been heard. Silence is evidence of a missed run only up to there: a verifier that
 * was away, or is cut off from Kafka, knows nothing.
 *
 * <p>Each question looks at the ends of the topics, and answers with the moment of an earlier look whose events have been
 * taken since. So it never waits, and the answer is a look older than the question.
 */
@ApplicationScoped
class Hearing {
    private static final Logger LOG = Logger.getLogger(Hearing.class);
    private static final List<Topic> TOPICS = List.of(Topic.FLEET, Topic.BACKUPS, Topic.RECOVERIES);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Database database;
    private final InstantSource clock;
    private final Map<String, Object> connection;
    private Look last;
    private Instant heardUpTo;

    Hearing(
            Database database,
            InstantSource clock,
            @Identifier("default-kafka-broker") Map<String, Object> connection) {
        this.database = database;
        this.clock = clock;
        this.connection = connection;
    }

    /**
     * A look at the ends.
     *
     * @param needed what must have been taken of each partition for all that was there to be heard
     */
    private record Look(Instant at, Map<TopicPartition, Long> needed) {}

    /** Until when; empty as long as that is not known. Never goes back. */
    synchronized Optional<Instant> upTo() {
        Map<TopicPartition, Long> taken = taken();
        if (last != null && isHeard(last, taken)) {
            heardUpTo = last.at();
            last = null;
        }
        if (last == null) {
            try {
                last = look(taken);
            } catch (KafkaException e) {
                LOG.warnf("nobody is said to have missed a run while Kafka does not answer: %s", e.getMessage());
            }
            if (last != null && isHeard(last, taken)) {
                heardUpTo = last.at();
                last = null;
            }
        }
        return Optional.ofNullable(heardUpTo);
    }

    private static boolean isHeard(Look look, Map<TopicPartition, Long> taken) {
        return look.needed().entrySet().stream()
                .allMatch(needed -> taken.getOrDefault(needed.getKey(), 0L) >= needed.getValue());
    }

    /** What the listener of each topic has taken of its partitions. */
    private Map<TopicPartition, Long> taken() {
        return database.inTransaction(handle -> {
            Map<TopicPartition, Long> taken = new HashMap<>();
            handle.createQuery("select topic, partition_number, next_offset as next from read_position"
                            + " where consumer = case topic when :fleet then :timetable else :runs end")
                    .bind("fleet", Topic.FLEET.topicName())
                    .bind("runs", RunListener.NAME)
                    .bind("timetable", TimetableReader.NAME)
                    .map((row, context) -> Map.entry(
                            new TopicPartition(row.getString("topic"), row.getInt("partition_number")),
                            row.getLong("next")))
                    .forEach(entry -> taken.put(entry.getKey(), entry.getValue()));
            return taken;
        });
    }

    /** Reads what is not taken yet: an offset may also belong to a transaction's end, which nobody takes. */
    private Look look(Map<TopicPartition, Long> taken) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return look(consumer, taken);
        } finally {
            // Its usual patience is half a minute, also where nobody is there to take leave of.
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    private Look look(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> taken) {
        Instant at = clock.instant();
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic topic : TOPICS) {
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
        return new Look(at, needed);
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
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "verifier-hearing");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        return settings;
    }
}
