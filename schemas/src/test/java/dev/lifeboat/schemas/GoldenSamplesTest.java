package dev.lifeboat.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Today's code reads what earlier versions wrote. A sample is added, never edited: {@code SHA256SUMS} holds the digest
 * of each, and a changed sample fails here.
 */
class GoldenSamplesTest {
    private static final Path SAMPLES = Path.of("src/test/resources/samples");
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    static List<Path> events() {
        return files(SAMPLES.resolve("events"));
    }

    static List<Path> documents() {
        return files(SAMPLES.resolve("documents"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void event_is_read_completely_and_valid(Path file) throws IOException {
        JsonNode sample = Json.MAPPER.readTree(file.toFile());
        EventType type = EventType.named(sample.get("type").asText()).orElseThrow();
        JavaType envelope = Json.MAPPER.getTypeFactory().constructParametricType(CloudEvent.class, type.record());

        CloudEvent<?> event = Json.MAPPER.treeToValue(sample, envelope);

        assertThat(file.getParent().getFileName()).hasToString(type.typeName().substring("dev.lifeboat.".length()));
        assertThat(event.dataschema()).isEqualTo(type.dataSchema());
        assertThat(rewritten(event)).isEqualTo(sample);
        assertThat(schema(type.schemaFile()).validate(sample.get("data"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void document_is_read_completely_and_valid(Path file) throws IOException {
        JsonNode sample = Json.MAPPER.readTree(file.toFile());
        String name = file.getParent().getFileName() + ".json";

        Object document =
                Json.MAPPER.treeToValue(sample, SchemaCatalogue.records().get(name));

        assertThat(rewritten(document)).isEqualTo(sample);
        assertThat(schema(name).validate(sample)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("events")
    void fields_of_a_later_version_are_ignored(Path file) throws IOException {
        ObjectNode sample = (ObjectNode) Json.MAPPER.readTree(file.toFile());
        sample.put("extensionoflater", "x");
        ((ObjectNode) sample.get("data")).put("fieldOfLater", 1);
        EventType type = EventType.named(sample.get("type").asText()).orElseThrow();
        JavaType envelope = Json.MAPPER.getTypeFactory().constructParametricType(CloudEvent.class, type.record());

        CloudEvent<?> event = Json.MAPPER.treeToValue(sample, envelope);

        assertThat(event.data()).isInstanceOf(type.record());
    }

    @Test
    void each_contract_has_a_sample() {
        assertThat(events().stream()
                        .map(file -> "dev.lifeboat." + file.getParent().getFileName()))
                .containsAll(
                        Stream.of(EventType.values()).map(EventType::typeName).toList());
    }

    @Test
    void no_sample_was_edited() throws Exception {
        Map<String, String> found = new TreeMap<>();
        List<Path> all = new ArrayList<>(events());
        all.addAll(documents());
        for (Path file : all) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            found.put(SAMPLES.relativize(file).toString(), HexFormat.of().formatHex(digest));
        }
        Path sums = SAMPLES.resolve("SHA256SUMS");
        Map<String, String> recorded = new TreeMap<>();
        for (String line : Files.readAllLines(sums)) {
            recorded.put(line.substring(66), line.substring(0, 64));
        }
        String missing = found.entrySet().stream()
                .filter(entry -> !recorded.containsKey(entry.getKey()))
                .map(entry -> entry.getValue() + "  " + entry.getKey())
                .collect(Collectors.joining("\n"));
        assertThat(missing).as("add these lines to %s", sums).isEmpty();
        assertThat(found).isEqualTo(recorded);
    }

    private static JsonNode rewritten(Object value) throws IOException {
        return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(value));
    }

    private static JsonSchema schema(String file) throws IOException {
        return SCHEMAS.getSchema(
                Files.readString(Path.of("src/main/resources/schemas").resolve(file), StandardCharsets.UTF_8));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
