package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A physical backup into the object store beside pg_basebackup to this host's disk, by backup-service's own measurement. */
final class PhysicalToS3 implements Group {
    private static final double BASE_BACKUP = 1.1;

    @Override
    public String name() {
        return "physical";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        Path output = bench.folder().resolve("physical-rates.json");
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
                                "-Dtest=PhysicalRatesBench",
                                "-Dlifeboat.bench.rounds=" + bench.rounds(),
                                "-Dlifeboat.bench.output=" + output,
                                "test"),
                        Map.of());
        return results(new ObjectMapper().readTree(output.toFile()));
    }

    static List<Result> results(JsonNode rates) {
        return List.of(
                Result.beside(
                        "physical %.1f GB to S3".formatted(number(rates, "gigabytes")),
                        number(rates, "physical"),
                        number(rates, "baseBackup"),
                        "s",
                        BASE_BACKUP,
                        0,
                        "pg_basebackup to disk, server-side zstd 1 both, SHA256 in the manifest; ours has the WAL stored, too"));
    }

    private static double number(JsonNode rates, String name) {
        if (!rates.path(name).isNumber()) {
            throw new IllegalStateException("the measurement says nothing of " + name);
        }
        return rates.path(name).asDouble();
    }
}
