package dev.lifeboat.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.TestClock;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.JdbcPolicyTimer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Schedules of declared policies: armed with the declaration, run when due, recorded when missed. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class SchedulesIT {
    /** Due once a year: nothing fires by itself while this test runs. */
    private static final String YEARLY = "{name: yearly, method: dump, databases: [%s], schedule: \"0 0 1 1 *\"%s}";

    @Inject
    Database database;

    @Inject
    JdbcPolicyTimer timer;

    @Inject
    TestClock clock;

    @BeforeEach
    void aRepository() {
        FleetRequests.put("repositories/scheduled", FleetRequests.repository("scheduled"))
                .then()
                .statusCode(oneOf(200, 201));
    }

    @Test
    void aScheduleIsArmedChangedAndDisarmedWithItsDeclaration() {
        declare("armed", "schedule: \"30 3 * * *\", timeZone: Europe/Berlin");
        Instant first = due("armed/nightly").orElseThrow();
        assertThat(first.atZone(ZoneId.of("Europe/Berlin")).toLocalTime()).hasToString("03:30");

        declare("armed", "schedule: \"45 4 * * *\"");
        assertThat(due("armed/nightly").orElseThrow().atZone(ZoneOffset.UTC).toLocalTime())
                .hasToString("04:45");

        declare("armed", "jobs: 1");
        assertThat(due("armed/nightly")).isEmpty();

        declare("armed", "schedule: \"45 4 * * *\"");
        FleetRequests.delete("clusters/armed?confirm=armed").then().statusCode(204);
        assertThat(due("armed/nightly")).isEmpty();
    }

    @Test
    void aDeclarationThatIsRefusedArmsNothing() {
        FleetRequests.put(
                        "clusters/refused",
                        FleetRequests.cluster("refused", "scheduled")
                                .replace("superuser-password", "no-such-secret")
                                .replace("databases: [postgres]", "schedule: \"30 3 * * *\""))
                .then()
                .statusCode(400);

        assertThat(due("refused/nightly")).isEmpty();
    }

    @Test
    void whatWasDueIsRunAndWhatWasMissedIsRecorded() {
        yearly("due", "");
        Instant since = Instant.now().minus(Duration.ofDays(366 * 2 + 30));
        sleepSince("due/yearly", since);

        timer.woken("due/yearly");

        List<Map<String, Object>> runs = runs("due");
        assertThat(runs).hasSizeBetween(2, 3);
        assertThat(runs.getFirst()).containsEntry("policy", "yearly");
        assertThat(runs.subList(1, runs.size())).allSatisfy(missed -> {
            assertThat(missed).containsEntry("state", "skipped");
            assertThat((String) missed.get("reason")).startsWith("missed: ");
        });
        await().atMost(Duration.ofMinutes(2))
                .until(() -> runs("due").getFirst().get("state").equals("completed"));
        assertThat(due("due/yearly").orElseThrow()).isAfter(Instant.now());
        List<JsonNode> events = SpokenEvents.of("lifeboat.backups", "cluster/due", heard -> heard.stream()
                .anyMatch(event -> event.path("type").asText().contains("completed")));
        assertThat(events)
                .filteredOn(event -> event.path("type").asText().equals("dev.lifeboat.backup.skipped.v1"))
                .hasSize(runs.size() - 1)
                .allSatisfy(event -> {
                    assertThat(event.path("data").path("reason").asText()).startsWith("missed: ");
                    assertThat(event.path("actor").asText()).isEqualTo("policy/due/yearly");
                });

        timer.woken("due/yearly");
        assertThat(runs("due")).as("woken again, nothing is due").hasSameSizeAs(runs);
    }

    @Test
    void aPolicyThatSkipsMisfiresRunsNothingLate() {
        yearly("skipping", ", misfire: skip");
        sleepSince("skipping/yearly", Instant.now().minus(Duration.ofDays(367)));

        timer.woken("skipping/yearly");

        assertThat(runs("skipping")).isNotEmpty().allSatisfy(run -> assertThat(run)
                .containsEntry("state", "skipped"));
    }

    @Test
    void aScheduleFiresByItselfWhenItIsDue() {
        Instant due = Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
        clock.stopAt(due.minusMillis(500));
        try {
            declare("firing", "schedule: \"* * * * *\", fingerprint: \"off\"");
            assertThat(due("firing/nightly")).contains(due);
            assertThat(runs("firing")).isEmpty();

            clock.go();

            await().atMost(Duration.ofSeconds(60)).until(() -> !runs("firing").isEmpty());
            Map<String, Object> run = runs("firing").getFirst();
            assertThat(run).containsEntry("policy", "nightly").containsEntry("dueAt", due.toString());
            assertThat(Instant.parse((String) run.get("requestedAt"))).isBetween(due, due.plusSeconds(10));
            assertThat(due("firing/nightly")).contains(due.plusSeconds(60));
            awaitState((String) run.get("id"), "completed");
        } finally {
            FleetRequests.delete("clusters/firing?confirm=firing");
            clock.reset();
        }
    }

    @Test
    void aRunThatIsDueWhileTheOneBeforeIsStillRunningIsSkippedAndSaid() throws SQLException {
        PostgresCluster server = LocalParts.shared().postgres();
        LocalParts.Database slow = LocalParts.shared().newDatabase("slow");
        server.execute(slow.name(), "create table taken (id int)");
        yearly("busy", "", slow.name());
        try (Connection holder = DriverManager.getConnection(
                        server.jdbcUrl(slow.name()), PostgresCluster.SUPERUSER, server.password());
                Statement lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("lock table taken in access exclusive mode");
            String running = FleetRequests.as(Roles.OPERATOR)
                    .contentType("application/json")
                    .body("{\"policy\":\"yearly\"}")
                    .post("/api/v1/clusters/busy/backups")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            awaitState(running, "running");
            sleepSince("busy/yearly", Instant.now().minus(Duration.ofDays(366)));

            timer.woken("busy/yearly");

            Map<String, Object> skipped = runs("busy").getFirst();
            assertThat(skipped).containsEntry("state", "skipped").containsKey("dueAt");
            assertThat((String) skipped.get("reason")).contains(running, "still running");
            assertThat(SpokenEvents.of("lifeboat.backups", "cluster/busy", heard -> heard.size() >= 3))
                    .filteredOn(event -> event.path("type").asText().equals("dev.lifeboat.backup.skipped.v1"))
                    .extracting(event -> event.path("subject").asText())
                    .contains("backup/" + skipped.get("id"));
            holder.rollback();
            awaitState(running, "completed");
        }
        server.execute("postgres", "drop database \"" + slow.name() + "\" with (force)");
    }

    private static void awaitState(String id, String state) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> state.equals(
                        FleetRequests.now("backups/" + id).path("state").asText()));
    }

    private void yearly(String name, String more) {
        yearly(name, more, "postgres");
    }

    private void yearly(String name, String more, String databaseName) {
        FleetRequests.put(
                        "clusters/" + name,
                        FleetRequests.cluster(name, "scheduled")
                                .replaceAll("(?m)^  - .*", "  - " + YEARLY.formatted(databaseName, more)))
                .then()
                .statusCode(201);
    }

    private static void declare(String name, String policyFields) {
        FleetRequests.put(
                        "clusters/" + name,
                        FleetRequests.cluster(name, "scheduled")
                                .replace("databases: [postgres]", "databases: [postgres], " + policyFields))
                .then()
                .statusCode(oneOf(200, 201));
    }

    /** As if nobody had been there since. */
    private void sleepSince(String policyKey, Instant since) {
        database.useTransaction(tx -> assertThat(
                        tx.createUpdate("update policy_timer set last_handled = :since where policy_key = :key")
                                .bind("since", since)
                                .bind("key", policyKey)
                                .execute())
                .isOne());
    }

    private Optional<Instant> due(String policyKey) {
        return database.inTransaction(tx -> timer.nextDue(tx, policyKey));
    }

    private static List<Map<String, Object>> runs(String cluster) {
        return FleetRequests.get("clusters/" + cluster + "/backups")
                .then()
                .statusCode(200)
                .extract()
                .path("items.sort { it.dueAt }.reverse()");
    }
}
