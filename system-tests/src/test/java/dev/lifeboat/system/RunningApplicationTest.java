package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs in a module's RunningApplicationIT is left out where each class runs by itself: it runs once, and is run. */
class RunningApplicationTest {
    private static final Path CHECKOUT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

    @ParameterizedTest
    @ValueSource(strings = {"platform", "backup-service"})
    void eachClassThatTestsInAnApplicationIsListed(String module) throws IOException {
        Path tests = CHECKOUT.resolve(module).resolve("src/test");

        List<String> listed = Files.readAllLines(tests.resolve("running-application.txt"));

        try (Stream<Path> files = Files.walk(tests)) {
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            files.filter(file -> file.toString().endsWith("IT.java"))
                                    .filter(RunningApplicationTest::runsInAnApplication)
                                    .map(file -> "**/" + file.getFileName())
                                    .toList());
        }
    }

    private static boolean runsInAnApplication(Path file) {
        try {
            return Files.readAllLines(file).contains("@QuarkusTest");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
