package dev.lifeboat.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.Part;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.stack.PartName;
import dev.lifeboat.system.stack.LedgerBook;
import dev.lifeboat.system.stack.Leftovers;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.TableLock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Kafka or a region is away while a backup and a drill run: each ends as if it had not been, or with one clear failure. */
@Order(60)
class OutageIT {
    private static final String SOAK = "runs in 'make soak': it lasts for minutes";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final SystemStack stack = SystemStack.shared();
    private final LedgerBook ledger = new LedgerBook(stack);

    @Test
    @Order(1)
    void kafkaIsAwayForSeconds() {
        Underway underway = outage("kafkaaway", PartName.KAFKA, Duration.ZERO, drill -> drill.path("state")
                .asText()
                .equals("verifying"));

        assertThat(underway.backup().awaitEnd().path("attempt").asInt()).isEqualTo(1);
        assertCompleted(underway);
    }

    @Test
    @Order(2)
    void theRegionIsAwayForSeconds() {
        Underway underway = outage("s3away", PartName.S3_EAST, Duration.ZERO, drill -> true);

        assertThat(underway.backup().awaitEnd().path("attempt").asInt()).isGreaterThan(1);
        assertCompleted(underway);
    }

    @Test
    @Order(3)
    @EnabledIfSystemProperty(named = "lifeboat.soak", matches = "true", disabledReason = SOAK)
    void kafkaIsAwayForAMinute() {
        assertCompleted(outage("kafkasoak", PartName.KAFKA, Duration.ofMinutes(1), drill -> true));
    }

    @Test
    @Order(4)
    @EnabledIfSystemProperty(named = "lifeboat.soak", matches = "true", disabledReason = SOAK)
    void theRegionIsAwayForAMinute() {
        Underway underway = outage("s3soak", PartName.S3_EAST, Duration.ofMinutes(1), drill -> true);

        for (Run run : java.util.List.of(underway.backup(), underway.drill())) {
            JsonNode ended = run.awaitEnd();
            if (ended.path("state").asText().equals("failed")) {
                assertThat(ended.at("/failure/code").asText()).startsWith("store.");
                assertThat(ended.at("/failure/hint").asText()).isNotBlank();
            } else {
                assertThat(ended.path("state").asText()).isEqualTo("completed");
            }
        }
        assertRecordedOnce(underway);
    }

    /** What was going on during an outage. */
    private record Underway(Run backup, Run drill) {}

    /** A part is killed during a backup, a drill is asked for while it is away, and then it comes back. */
    private Underway outage(String name, PartName part, Duration lasting, Predicate<JsonNode> drillCameTo) {
        // Given a backup, and another one under way
        Source source = Source.named(stack, name).withOrders(2_000).declare();
        Run known = Run.backup(stack.operator(), source.cluster(), "dumps");
        known.awaitEnd();
        Run.awaitKnown(stack.operator(), source.cluster(), known);
        Run backup;
        Run drill;
        Part away = stack.part(part);
        try (TableLock lock = TableLock.on(stack, source.database(), "orders")) {
            backup = Run.backup(stack.operator(), source.cluster(), "dumps");
            lock.awaitDump();

            // When the part goes away
            away.kill();
        }
        try {
            drill = Run.drill(stack.operator(), source.cluster(), known);
            drill.await("as far as it comes", drillCameTo);
            if (part == PartName.S3_EAST) {
                backup.await("another attempt", now -> now.path("attempt").asInt() > 1);
            }
            long until = System.nanoTime() + lasting.toNanos();
            await("the outage to end").atMost(lasting.plusMinutes(1)).until(() -> {
                PartName.SERVICES.forEach(this::assertAlive);
                return System.nanoTime() >= until;
            });
        } finally {
            // And comes back
            away.start(Lifetime.OF_THIS_JVM);
        }
        return new Underway(backup, drill);
    }

    private void assertCompleted(Underway underway) {
        JsonNode taken = underway.backup().awaitEnd();
        assertThat(taken.path("state").asText()).as(taken.toPrettyString()).isEqualTo("completed");
        JsonNode drill = underway.drill().awaitEnd();
        assertThat(drill.path("verdict").asText()).as(drill.toPrettyString()).isEqualTo("passed");
        assertRecordedOnce(underway);
    }

    private void assertRecordedOnce(Underway underway) {
        await("their entries")
                .until(() ->
                        !ledger.entriesOf("backup/" + underway.backup().id()).isEmpty());
        assertThat(ledger.entriesOf("backup/" + underway.backup().id())).hasSize(1);
        assertThat(ledger.entriesOf("drill/" + underway.drill().id())).hasSize(1);
        new Leftovers(stack).requireNone();
    }

    /** A service that waits for somebody is not ready, and lives. */
    private void assertAlive(PartName service) {
        try {
            HttpRequest question = HttpRequest.newBuilder(
                            URI.create(stack.plan().url(service) + "/q/health/live"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            assertThat(HTTP.send(question, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .as("%s is alive", service.text())
                    .isEqualTo(200);
        } catch (IOException e) {
            throw new AssertionError(service.text() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
