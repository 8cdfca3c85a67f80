package dev.lifeboat.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What stands on a topic, for a test that asks for it again and again: its consumer stays, and reads on from where it was.
 * What was read stays, too, also when the broker has removed it since.
 */
public final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Map<List<String>, TopicReader> READERS = new ConcurrentHashMap<>();

    private final Map<String, Object> settings;
    private final String topic;
    private final List<ConsumerRecord<String, byte[]>> read = new ArrayList<>();
    private KafkaConsumer<String, byte[]> consumer;
    private List<TopicPartition> partitions = List.of();

    private TopicReader(Map<String, Object> settings, String topic) {
        this.settings = settings;
        this.topic = topic;
    }

    /** The reader of this JVM for the topic, as that principal. It ends with the JVM. */
    public static TopicReader of(KafkaBroker broker, String principal, String topic) {
        return READERS.computeIfAbsent(List.of(broker.bootstrapServers(), principal, topic), unknown -> {
            Map<String, Object> settings = new HashMap<>(broker.clientSettings(principal));
            settings.put("isolation.level", "read_committed");
            return new TopicReader(settings, topic);
        });
    }

    /**
     * All records that are committed by now, from the beginning of the topic, in the order of each partition.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker is away or refuses
     */
    public synchronized List<ConsumerRecord<String, byte[]>> records() {
        if (consumer == null) {
            open();
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
            consumer.poll(POLL).forEach(read::add);
        }
        return List.copyOf(read);
    }

    private void open() {
        KafkaConsumer<String, byte[]> fresh =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            partitions = fresh.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            fresh.assign(partitions);
            fresh.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
        consumer = fresh;
    }
}
