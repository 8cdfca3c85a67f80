package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What backup-service measures by itself, in its own tests' surroundings, and writes to a file. */
final class OwnMeasurement {
    private OwnMeasurement() {}

    /** Runs the test of that name and gives what it wrote to that file. */
    static JsonNode take(Workbench bench, String test, String file) throws Exception {
        Path output = bench.folder().resolve(file);
        Files.deleteIfExists(output);
        bench.programs()
                .run(
                        List.of(
                                "mvn",
                                "-B",
                                "-q",
                                "--file=" + bench.checkout().resolve("pom.xml"),
                                "--projects=schemas,deploy/local/kafka,deploy/local/s3,deploy/local,platform,backup-service",
                                "-Dspotless.check.skip=true",
                                "-Dtest.compiler=-XX:+TieredCompilation",
                                "-Dsurefire.failIfNoSpecifiedTests=false",
                                "-Dtest=" + test,
                                "-Dlifeboat.bench.rounds=" + bench.rounds(),
                                "-Dlifeboat.bench.output=" + output,
                                "test"),
                        Map.of());
        return new ObjectMapper().readTree(output.toFile());
    }

    /** One of its numbers; what it does not say is no zero. */
    static double number(JsonNode rates, String name) {
        if (!rates.path(name).isNumber()) {
            throw new IllegalStateException("the measurement says nothing of " + name);
        }
        return rates.path(name).asDouble();
    }
}
