package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lifeboat.platform.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeclarationReaderTest {

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("", true, "document.empty", ""),
                Arguments.of("", false, "document.empty", ""),
                Arguments.of("# nothing but a comment", true, "document.no-object", ""),
                Arguments.of("[1]", false, "document.no-object", ""),
                Arguments.of("just text", true, "document.no-object", ""),
                Arguments.of("{\"name\": hunter2}", false, "document.malformed", "line 1"),
                Arguments.of("{\"name\": \"a\"", false, "document.malformed", "line 1"),
                Arguments.of("{\"name\": \"a\"} {}", false, "document.malformed", "line 1"),
                Arguments.of("name: shop", false, "document.malformed", "line 1"),
                Arguments.of("name: a\n  b: hunter2: c", true, "document.malformed", "line 2"),
                Arguments.of("name: [a", true, "document.malformed", "line"),
                Arguments.of("name: a\nname: b", true, "document.duplicate-key", "line 2"),
                Arguments.of("{\"name\": \"a\", \"name\": \"b\"}", false, "document.duplicate-key", "line 1"),
                Arguments.of("a: &a [x]\nb: *a", true, "document.anchor", "line 1"),
                Arguments.of("a: *nowhere", true, "document.anchor", "line 1"),
                Arguments.of("name: a\n---\nname: b", true, "document.several", "line 2"),
                Arguments.of("a: " + "[".repeat(100) + "]".repeat(100), true, "document.too-deep", ""),
                Arguments.of("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", false, "document.too-deep", ""));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadIsRefusedWithoutRepeatingIt(String text, boolean yaml, String code, String where) {
        Problem problem = refused(text.getBytes(StandardCharsets.UTF_8), yaml);

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.failure().code()).isEqualTo(code);
        assertThat(problem.failure().message()).contains(where).doesNotContain("hunter2");
    }

    @Test
    void aBombOfAliasesIsRefusedBeforeItIsBuilt() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, "*a" + (i - 1) + ("," + "*a" + (i - 1)).repeat(8)));
        }

        assertThat(refused(bomb.toString().getBytes(StandardCharsets.UTF_8), true)
                        .failure()
                        .code())
                .isEqualTo("document.anchor");
    }

    @Test
    void whatIsTooLargeIsRefused() {
        Problem problem = refused(new byte[DeclarationReader.MAX_BYTES + 1], true);

        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.failure().code()).isEqualTo("document.too-large");
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        assertThat(refused(new byte[] {'a', ':', ' ', (byte) 0xC3, (byte) 0x28}, true)
                        .failure()
                        .code())
                .isEqualTo("document.encoding");
    }

    @Test
    void wordsThatOtherYamlReadersTakeForTruthStayText() {
        assertThat(DeclarationReader.read("a: no\nb: on\nc: 'true'\nd: true".getBytes(StandardCharsets.UTF_8), true)
                        .toString())
                .isEqualTo("{\"a\":\"no\",\"b\":\"on\",\"c\":\"true\",\"d\":true}");
    }

    private static Problem refused(byte[] body, boolean yaml) {
        Problem problem = catchThrowableOfType(Problem.class, () -> DeclarationReader.read(body, yaml));
        assertThat(problem).as("it was read").isNotNull();
        return problem;
    }
}
