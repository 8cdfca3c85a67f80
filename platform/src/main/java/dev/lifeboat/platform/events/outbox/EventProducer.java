package dev.lifeboat.platform.events.outbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A Kafka producer for one term of the relay. Opening it shuts out the producer of every earlier term: what that one had
 * begun is aborted, what it still tries is refused. An old record can therefore never land behind a newer one, which on
 * a compacted topic would bring the old state back.
 *
 * @see <a href="https://cwiki.apache.org/confluence/display/KAFKA/KIP-98+-+Exactly+Once+Delivery+and+Transactional+Messaging">KIP-98</a>
 */
final class EventProducer implements AutoCloseable {
    private final Producer<String, byte[]> producer;

    private EventProducer(Producer<String, byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Opens the producer of a new term.
     *
     * @param connection how clients reach the broker, as Quarkus knows it
     * @param transactionalId the same for all instances over one database; begins with the service's name
     * @throws org.apache.kafka.common.KafkaException if the broker is away or refuses
     */
    static EventProducer open(Map<String, Object> connection, String transactionalId) {
        Map<String, Object> settings = new HashMap<>();
        connection.forEach((name, value) -> {
            if (ProducerConfig.configNames().contains(name)) {
                settings.put(name, value);
            }
        });
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 8_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 20_000);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16L << 20);
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        try {
            producer.initTransactions();
            return new EventProducer(producer);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /** Sends all of it, in this order; returns when Kafka has confirmed every record, throws when it has not. */
    void send(List<OutboxRow> rows) {
        producer.beginTransaction();
        for (OutboxRow row : rows) {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(row.topic(), row.key(), row.event());
            row.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            // What becomes of each record is told by the commit.
            Future<RecordMetadata> unused = producer.send(record);
        }
        producer.commitTransaction();
    }

    /** Drops it at once; what was not committed will be aborted by the next term. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
