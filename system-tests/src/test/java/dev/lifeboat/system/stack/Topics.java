package dev.lifeboat.system.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.KafkaTopics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What stands on Kafka, and a hand to write there as any of its principals. */
public final class Topics {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(500);

    private final SystemStack stack;

    public Topics(SystemStack stack) {
        this.stack = stack;
    }

    /** All records of a topic, from its beginning to its end of this moment. */
    public List<ConsumerRecord<String, byte[]>> records(String topic) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                settings(KafkaTopics.ADMIN), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (end.entrySet().stream().anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
                consumer.poll(POLL).forEach(records::add);
            }
            return records;
        }
    }

    /** Those records of a topic that are events about a cluster. */
    public List<ConsumerRecord<String, byte[]>> about(String topic, String cluster) {
        return records(topic).stream()
                .filter(record -> ("cluster/" + cluster).equals(record.key()) && record.value() != null)
                .toList();
    }

    /** An event's envelope and data. */
    public static JsonNode event(ConsumerRecord<String, byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a record as a principal, and waits until the broker has it. */
    public RecordMetadata write(String principal, ProducerRecord<String, byte[]> record) throws ExecutionException {
        Map<String, Object> settings = settings(principal);
        settings.put("enable.idempotence", false);
        settings.put("acks", "1");
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            return producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Map<String, Object> settings(String principal) {
        Map<String, Object> settings = new HashMap<>(stack.plan().kafka().clientSettings(principal));
        settings.put("isolation.level", "read_committed");
        return settings;
    }
}
