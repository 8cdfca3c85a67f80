package dev.lifeboat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Events from a commit through outbox, Kafka and inbox to a committed effect, by the platform's own measurement. */
final class Events implements Group {
    private static final double PER_SECOND = 2000;
    private static final double P99_MILLISECONDS = 100;

    @Override
    public String name() {
        return "events";
    }

    @Override
    public List<Result> measure(Workbench bench) throws Exception {
        Path output = bench.folder().resolve("event-rates.json");
        Files.deleteIfExists(output);
        bench.programs()
                .run(
                        List.of(
                                "mvn",
                                "-B",
                                "-q",
                                "--file=" + bench.checkout().resolve("pom.xml"),
                                "--projects=schemas,deploy/local/kafka,deploy/local/s3,deploy/local,platform",
                                "-Dspotless.check.skip=true",
                                "-Dtest.compiler=-XX:+TieredCompilation",
                                "-Dsurefire.failIfNoSpecifiedTests=false",
                                "-Dtest=EventRatesBench",
                                "-Dlifeboat.bench.output=" + output,
                                "test"),
                        Map.of());
        JsonNode rates = new ObjectMapper().readTree(output.toFile());
        double perSecond = rates.path("eventsPerSecond").asDouble();
        double p99 = rates.path("p99Milliseconds").asDouble();
        Workbench.say("outbox to inbox: %.0f events/s; p99 %.1f ms at 100/s", perSecond, p99);
        return List.of(
                Result.atLeast(
                        "outbox to inbox, sustained",
                        perSecond,
                        "/s",
                        PER_SECOND,
                        rates.path("note").asText()),
                Result.atMost(
                        "outbox to inbox, p99 at 100/s",
                        p99,
                        "ms",
                        P99_MILLISECONDS,
                        "p50 " + Report.number(rates.path("p50Milliseconds").asDouble()) + " ms"));
    }
}
