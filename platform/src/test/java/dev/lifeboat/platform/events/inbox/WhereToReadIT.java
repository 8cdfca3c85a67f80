package dev.lifeboat.platform.events.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.TestConsumer;
import dev.lifeboat.platform.events.TestKafka;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** Where reading begins, if database and Kafka do not agree. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class WhereToReadIT {
    private static final TopicPartition PARTITION = new TopicPartition("lifeboat.fleet", 11);

    @Inject
    Database database;

    @Inject
    @Identifier("lifeboat-inbox")
    WhereToRead whereToRead;

    @Test
    void theOneThatIsBehindIsBelieved() {
        assertThat(position(null, 5L)).as("a new consumer reads all").isZero();
        assertThat(position(3L, 5L)).as("a restored database").isEqualTo(3);
        assertThat(position(5L, 5L)).as("both agree").isEqualTo(5);
        assertThat(position(9L, 5L)).as("Kafka was set up anew").isEqualTo(5);
    }

    private long position(Long ours, long kafkas) {
        database.useTransaction(handle -> {
            handle.execute("delete from read_position where partition_number = ?", PARTITION.partition());
            if (ours != null) {
                handle.execute(
                        "insert into read_position values (?, ?, ?, ?)",
                        TestConsumer.NAME,
                        PARTITION.topic(),
                        PARTITION.partition(),
                        ours);
            }
        });
        Map<String, Object> settings = TestKafka.connection(KafkaTopics.ADMIN);
        settings.put("group.id", "backup-service-" + UUID.randomUUID());
        settings.put("auto.offset.reset", "none");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(kafkas)));
            whereToRead.onPartitionsAssigned(consumer, List.of(PARTITION));
            return consumer.position(PARTITION);
        }
    }
}
