package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "plain, \"plain\"",
                "|Two Words|, \"Two Words\"",
                "a\"b, \"a\"\"b\"",
                "ünï, \"ünï\"",
                "select, \"select\""
            })
    void quotesEveryName(String name, String quoted) {
        assertThat(Identifiers.quote(name)).isEqualTo(quoted);
    }

    @Test
    void refusesWhatPostgresWouldCutOrCannotHold() {
        assertThat(Identifiers.quote("x".repeat(63))).hasSize(65);
        for (String name : new String[] {"", "a\0b", "x".repeat(64), "ü".repeat(32)}) {
            assertThatThrownBy(() -> Identifiers.quote(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {"plain, 'plain'", "it's, 'it''s'", "back\\slash, E'back\\\\slash'", "\\', E'\\\\'''"})
    void quotesEveryText(String text, String quoted) {
        assertThat(Identifiers.literal(text)).isEqualTo(quoted);
    }
}
