package dev.lifeboat.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published JSON Schemas say what the records say. After a wanted change of a record, write them again with
 * {@code mvn -pl schemas test -Dtest=SchemasMatchRecordsTest -Dlifeboat.schemas.write=true} and read the difference: a
 * field that became required or went away breaks others.
 */
class SchemasMatchRecordsTest {
    private static final Path FOLDER = Path.of("src/main/resources/schemas");
    private static final SchemaCatalogue CATALOGUE = new SchemaCatalogue();

    static List<Map.Entry<String, Class<?>>> records() {
        return List.copyOf(SchemaCatalogue.records().entrySet());
    }

    @ParameterizedTest
    @MethodSource("records")
    void published_schema_is_that_of_the_record(Map.Entry<String, Class<?>> entry) throws IOException {
        Path file = FOLDER.resolve(entry.getKey());
        JsonNode generated = CATALOGUE.generate(entry.getKey(), entry.getValue());
        if (Boolean.getBoolean("lifeboat.schemas.write")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(generated) + "\n");
        }
        if (!Files.exists(file)) {
            fail("no schema " + file + "; see the comment of this class");
        }
        assertThat(Json.MAPPER.readTree(file.toFile())).isEqualTo(generated);
    }

    @Test
    void there_is_no_schema_without_a_record() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf(SchemaCatalogue.records().keySet());
        }
    }
}
