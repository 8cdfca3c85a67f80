package dev.lifeboat.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.LocalParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What was said on a topic, as another service hears it. */
public final class SpokenEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SpokenEvents() {}

    /** All events of a key so far, oldest first; waits until the last of them is as wished, at most half a minute. */
    public static List<JsonNode> of(String topic, String key, Predicate<List<JsonNode>> complete) {
        Map<String, Object> settings = new HashMap<>(LocalParts.shared().kafka().clientSettings("verifier"));
        settings.put("isolation.level", "read_committed");
        List<JsonNode> heard = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!complete.test(heard) && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(250)).forEach(said -> {
                    if (key.equals(said.key()) && said.value() != null) {
                        heard.add(parse(said.value()));
                    }
                });
            }
        }
        return heard;
    }

    private static JsonNode parse(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
