package dev.lifeboat.platform.events;

import dev.lifeboat.local.KafkaBroker;
import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.TopicReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A hand that may do anything to the broker of {@link LocalParts#shared()}. */
public final class TestKafka implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;

    public TestKafka() {
        producer =
                new KafkaProducer<>(connection(KafkaTopics.ADMIN), new StringSerializer(), new ByteArraySerializer());
    }

    /** How a client connects as that principal. */
    public static Map<String, Object> connection(String principal) {
        KafkaBroker broker = LocalParts.shared().kafka();
        return new HashMap<>(broker.clientSettings(principal));
    }

    /** Writes, and returns when it is written. */
    public void send(String topic, String key, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that is committed on the topic now and that the test asks for, in the order of each partition. */
    public static List<ConsumerRecord<String, byte[]>> committed(
            String topic, Predicate<ConsumerRecord<String, byte[]>> wanted) {
        return TopicReader.of(LocalParts.shared().kafka(), KafkaTopics.ADMIN, topic).records().stream()
                .filter(wanted)
                .toList();
    }

    @Override
    public void close() {
        producer.close();
    }
}
