package dev.lifeboat.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.Secrets;
import dev.lifeboat.system.stack.Bucket;
import dev.lifeboat.system.stack.SecretScan;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** After all the others: none of the secrets that were used stands anywhere that it should not. */
@Order(90)
class NoSecretsIT {
    private final SystemStack stack = SystemStack.shared();

    @Test
    void noSecretIsInALogARowAnEventAnObjectOrOnACommandLine() throws Exception {
        // Given secrets that are in each kind of place, so that it is known that they would be found
        Map<String, String> planted = plant();

        // When everything is read
        SecretScan scan = new SecretScan(stack);

        // Then these are found, in whatever shape
        planted.forEach((kind, secret) -> assertThat(scan.find(Map.of(kind, secret)))
                .as("what was planted")
                .isNotEmpty()
                .allMatch(found -> found.startsWith(kind)));
        assertThat(planted.keySet()).isEqualTo(scan.kinds());
        // And none of those that are in use
        Map<String, String> secrets = secrets();
        assertThat(secrets).hasSizeGreaterThan(20);
        assertThat(secrets.keySet()).anyMatch(name -> name.startsWith("sandbox"));
        assertThat(scan.find(secrets)).isEmpty();
    }

    /** One of its own for each kind of place. */
    private Map<String, String> plant() throws Exception {
        Map<String, String> planted = new TreeMap<>();
        Stream.of("logs", "rows", "events", "objects", "command lines")
                .forEach(kind -> planted.put(kind, Secrets.random()));
        Path folder = Files.createDirectories(stack.plan().state().data().resolve("planted"));
        Files.writeString(folder.resolve("planted.log"), "{\"password\":\"" + planted.get("logs") + "\"}");
        PostgresCluster server = stack.plan().postgres();
        server.execute(
                "lifeboat_verifier",
                "create table if not exists planted (secret bytea)",
                "insert into planted values (convert_to('" + planted.get("rows") + "', 'UTF8'))");
        new Topics(stack)
                .write(
                        KafkaTopics.ADMIN,
                        new ProducerRecord<>(
                                "lifeboat.wal",
                                "cluster/planted",
                                planted.get("events").getBytes(UTF_8)));
        try (Bucket east = Bucket.of(stack, "east")) {
            east.copy(east.keys().getFirst(), "planted", Map.of("planted", planted.get("objects")));
        }
        Process process = new ProcessBuilder("sh", "-c", "sleep 60; exit", planted.get("command lines")).start();
        try {
            await("the command line to be seen").until(() -> stack.commandLines().seen().stream()
                    .anyMatch(line -> line.contains(planted.get("command lines"))));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return planted;
    }

    /** Everything that the stack keeps to itself, that a declaration refers to, and that a sandbox was opened with. */
    private Map<String, String> secrets() throws IOException {
        Map<String, String> secrets = new TreeMap<>();
        new ObjectMapper()
                .readTree(stack.folder().resolve("state.json").toFile())
                .path("secrets")
                .properties()
                .forEach(
                        secret -> secrets.put(secret.getKey(), secret.getValue().asText()));
        try (Stream<Path> files = Files.list(stack.secrets())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                // The name of a key is no secret.
                if (!name.endsWith("-access-key")) {
                    secrets.put("file/" + name, Files.readString(file));
                }
            }
        }
        try (Stream<Path> keys = Files.list(stack.folder().resolve("ledger-keys"))) {
            for (Path key : keys.toList()) {
                String pem = Files.readString(key);
                if (pem.contains("PRIVATE KEY")) {
                    secrets.put(
                            "ledger/" + key.getFileName(),
                            pem.lines().skip(1).findFirst().orElseThrow());
                }
            }
        }
        stack.sandboxPasswords().forEach(password -> secrets.put("sandbox/" + secrets.size(), password));
        return secrets;
    }
}
