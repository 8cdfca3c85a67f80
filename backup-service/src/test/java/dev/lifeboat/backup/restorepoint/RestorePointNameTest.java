package dev.lifeboat.backup.restorepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestorePointNameTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode named(String name) {
        return JSON.createObjectNode().put("name", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before-migration-42", "o'brien \"quoted\" Käse; drop table x", "x"})
    void aNameThatPostgresTakesIsTaken(String name) {
        assertThat(RestorePointName.read(named(name))).isEqualTo(name);
    }

    @Test
    void bytesCountAndNotCharacters() {
        assertThat(RestorePointName.read(named("a".repeat(63)))).hasSize(63);
        refused(named("a".repeat(64)), "restore-point.name-length");
        refused(named("ä".repeat(32)), "restore-point.name-length");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"name": ""}             | restore-point.name-length
                    {"name": " x"}           | restore-point.name-malformed
                    {"name": "a\\nb"}        | restore-point.name-malformed
                    {"name": "a\\u0000b"}    | restore-point.name-malformed
                    {"name": "a\\ud800b"}    | restore-point.name-malformed
                    {"name": 42}             | field.type
                    {}                       | field.missing
                    {"name": "a", "lsn": "1/2"} | field.unknown
                    []                       | field.type
                    """)
    void whatWillNotDoIsRefusedWithItsReason(String body, String code) throws Exception {
        refused(JSON.readTree(body), code);
    }

    private static void refused(JsonNode body, String code) {
        assertThatThrownBy(() -> RestorePointName.read(body))
                .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.violations())
                        .extracting(Problem.Violation::code)
                        .containsExactly(code));
    }
}
