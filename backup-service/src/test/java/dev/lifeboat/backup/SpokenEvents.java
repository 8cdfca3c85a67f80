package dev.lifeboat.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What was said on a topic, as another service hears it. */
public final class SpokenEvents {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SpokenEvents() {}

    /** All events of a key so far, oldest first; waits until the last of them is as wished, at most a minute. */
    public static List<JsonNode> of(String topic, String key, Predicate<List<JsonNode>> complete) {
        TopicReader reader = TopicReader.of(LocalParts.shared().kafka(), "verifier", topic);
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            List<JsonNode> heard = reader.records().stream()
                    .filter(said -> key.equals(said.key()) && said.value() != null)
                    .map(said -> parse(said.value()))
                    .toList();
            if (complete.test(heard) || System.nanoTime() > deadline) {
                return heard;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    private static JsonNode parse(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
