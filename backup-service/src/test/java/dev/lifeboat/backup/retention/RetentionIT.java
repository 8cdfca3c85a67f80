package dev.lifeboat.backup.retention;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.get;
import static dev.lifeboat.backup.fleet.FleetRequests.now;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupPins;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.schedule.JdbcPolicyTimer;
import dev.lifeboat.schemas.verification.Verdict;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention over HTTP, to the last object, against real PostgreSQL, Kafka and S3. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class RetentionIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static LocalParts.Database shop;

    @Inject
    Database database;

    @Inject
    BackupCatalogue catalogue;

    @Inject
    BackupPins pins;

    @Inject
    Retention retention;

    @Inject
    RetentionRuns runs;

    @Inject
    Removing removing;

    @Inject
    Operations operations;

    @Inject
    JdbcPolicyTimer timer;

    @BeforeAll
    static void fill() {
        shop = PARTS.newDatabase("kept");
        PARTS.postgres().execute(shop.name(), "create table orders as select g as id from generate_series(1, 100) g");
    }

    @AfterAll
    static void drop() {
        PARTS.postgres().execute("postgres", "drop database \"" + shop.name() + "\" with (force)");
    }

    @BeforeEach
    void aRepository() {
        repository(PARTS.east().endpoint());
    }

    @Test
    void ofThreeDumpsTheNewestTwoStayAndTheOldestIsGoneWithItsObjectsSaidAndExplained() throws IOException {
        declare("kept-counted", "keep: 2");
        String first = dump("kept-counted");
        String second = dump("kept-counted");
        assertThat(objects(first)).isNotEmpty();

        String third = dump("kept-counted");
        state(first, "expired");

        assertThat(objects(first)).isEmpty();
        assertThat(objects(second)).isNotEmpty();
        assertThat(objects(third)).isNotEmpty();
        get("backups/" + first + "/retention")
                .then()
                .statusCode(200)
                .body("state", equalTo("expired"))
                .body("now", nullValue())
                .body("removals", hasSize(1))
                .body("removals[0].code", equalTo("retention.beyond-count"))
                .body("removals[0].reason", containsString("policy nightly keeps the newest 2"))
                .body("removals[0].because", contains(third, second))
                .body("removals[0].rule.count", equalTo(2))
                .body("removals[0].state", equalTo("expired"));
        get("backups/" + second + "/retention").then().body("now.code", equalTo("retention.within-count"));
        get("backups/" + first).then().body("reason", startsWith("retention.beyond-count: "));
        whatWasSaid("kept-counted", first);
        whatTheRunTells("kept-counted", first, third);
    }

    private static void whatWasSaid(String cluster, String gone) {
        JsonNode expired = SpokenEvents.of("lifeboat.backups", "cluster/" + cluster, heard -> heard.stream()
                        .anyMatch(RetentionIT::expired))
                .stream()
                .filter(RetentionIT::expired)
                .findFirst()
                .orElseThrow();
        assertThat(expired.path("subject").asText()).isEqualTo("backup/" + gone);
        assertThat(expired.path("actor").asText()).isEqualTo("policy/" + cluster + "/~retention");
        assertThat(expired.path("data").path("reason").asText()).startsWith("retention.beyond-count: policy nightly");
        JsonNode audit = SpokenEvents.of("lifeboat.audit", "cluster/" + cluster, heard -> heard.stream()
                        .anyMatch(event -> event.toString().contains("backup.expired")))
                .stream()
                .filter(event -> event.toString().contains("backup.expired"))
                .findFirst()
                .orElseThrow()
                .path("data");
        assertThat(audit.path("object").asText()).isEqualTo("backup/" + gone);
        assertThat(audit.path("oldDigest").asText())
                .isEqualTo(get("backups/" + gone).path("manifest.sha256"));
    }

    private static boolean expired(JsonNode event) {
        return event.path("type").asText().equals("dev.lifeboat.backup.expired.v1");
    }

    private static void whatTheRunTells(String cluster, String gone, String trigger) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> get("clusters/" + cluster + "/retention/runs")
                .then()
                .statusCode(200)
                .body("items", hasSize(3))
                .body("items.state", contains("completed", "completed", "completed"))
                .body("items[0].trigger", equalTo("backup/" + trigger))
                .body("items[0].removals.backupId", contains(gone)));
        String id = get("clusters/" + cluster + "/retention/runs?limit=1").path("items[0].id");
        get("clusters/" + cluster + "/retention/runs/" + id)
                .then()
                .statusCode(200)
                .body("rules[0].policy", equalTo("nightly"))
                .body("staying.code", contains("retention.within-count", "retention.within-count"))
                .body("requestedBy", equalTo("policy/" + cluster + "/~retention"));
        get("clusters/" + cluster + "/retention/runs/" + UUID.randomUUID())
                .then()
                .statusCode(404);
    }

    @Test
    void aDryRunTellsAndDeletesNothing() throws IOException {
        declare("kept-dry", null);
        String first = dump("kept-dry");
        String second = dump("kept-dry");
        declare("kept-dry", "keep: 1");

        ValidatableResponse plan = get("clusters/kept-dry/retention").then();
        as(Roles.OPERATOR)
                .post("/api/v1/clusters/kept-dry/retention/runs?dryRun=true")
                .then()
                .statusCode(200)
                .body("going.backupId", contains(first));

        plan.statusCode(200)
                .body("going.backupId", contains(first))
                .body("going[0].code", equalTo("retention.beyond-count"))
                .body("bytesGoing", greaterThan(100))
                .body("staying.backupId", contains(second));
        state(first, "completed");
        assertThat(objects(first)).anyMatch(key -> key.endsWith("manifest.json"));
        get("clusters/kept-dry/retention/runs").then().body("items", empty());
        as(Roles.VIEWER).post("/api/v1/clusters/kept-dry/retention/runs").then().statusCode(403);
        get("clusters/nowhere/retention").then().statusCode(404).body("code", equalTo("cluster.not-found"));

        run("kept-dry").body("state", equalTo("completed")).body("requestedBy", equalTo("principal/operator"));
        state(first, "expired");
        run("kept-dry").body("removals", empty());
    }

    @Test
    void aPinnedBackupStaysAndSaysWhoHoldsIt() {
        declare("kept-pinned", null);
        String first = dump("kept-pinned");
        String second = dump("kept-pinned");
        UUID recovery = UUID.randomUUID();
        String pin = "/internal/v1/backups/" + first + "/pins/" + recovery;
        as(Roles.SERVICE)
                .contentType(ContentType.JSON)
                .body("{\"expiresAt\":\"" + Instant.now().plusSeconds(600) + "\"}")
                .put(pin)
                .then()
                .statusCode(204);
        declare("kept-pinned", "keep: 1");

        run("kept-pinned")
                .body("state", equalTo("completed"))
                .body("removals", empty())
                .body("staying.backupId", contains(second, first))
                .body("staying[1].code", equalTo("retention.held"))
                .body("staying[1].reason", containsString(recovery.toString()))
                .body("staying[1].heldBy.recoveryId", contains(recovery.toString()));
        state(first, "completed");

        as(Roles.SERVICE).delete(pin).then().statusCode(204);
        run("kept-pinned").body("removals.backupId", contains(first));
        state(first, "expired");
    }

    @Test
    void aPinThatComesBetweenDecisionAndRemovalWins() {
        declare("kept-raced", null);
        String first = dump("kept-raced");
        dump("kept-raced");
        declare("kept-raced", "keep: 1");
        RetentionRun run = wanted("kept-raced", first);
        Decision decision = database.inTransaction(tx -> retention.decide(tx, run.clusterId()))
                .plan()
                .going()
                .getFirst();
        database.useTransaction(tx -> assertThat(runs.add(tx, run)).isTrue());
        database.useTransaction(tx -> pins.pin(
                tx, UUID.fromString(first), UUID.randomUUID(), Instant.now().plusSeconds(600)));

        boolean begun =
                database.inTransaction(tx -> removing.begin(tx, run, decision)).isPresent();

        assertThat(begun).isFalse();
        state(first, "completed");
    }

    @Test
    void whatWasProvenStaysAndWhatFailedDoesNotCount() {
        declare("kept-proven", null);
        String proven = dump("kept-proven");
        String plain = dump("kept-proven");
        String damaged = dump("kept-proven");
        Story story = new Story("kept-proven");
        story.restored(proven, Verdict.PASSED);
        // The verdict first: no order holds between topics.
        UUID failing = UUID.randomUUID();
        story.judged(failing, Verdict.FAILED);
        story.ended(failing, damaged);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> get("clusters/kept-proven/retention")
                .then()
                .body("staying.proof", contains("failed", null, "passed")));
        String newest = dump("kept-proven");
        declare("kept-proven", "keep: 1");

        run("kept-proven")
                .body("removals.backupId", contains(plain, damaged))
                .body("staying.backupId", contains(newest, proven))
                .body("staying.code", contains("retention.within-count", "retention.newest-proven"));

        UUID late = UUID.randomUUID();
        story.ended(late, newest);
        story.judged(late, Verdict.FAILED);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> get("clusters/kept-proven/retention")
                .then()
                .body("staying.proof", contains("failed", "passed"))
                .body("staying[1].code", equalTo("retention.within-count")));
    }

    @Test
    void nothingBeginsToGoWhileAnEventCannotBeRead() {
        declare("kept-doubted", null);
        String first = dump("kept-doubted");
        dump("kept-doubted");
        declare("kept-doubted", "keep: 1");
        new Story("kept-doubted").unreadable();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> get("clusters/kept-doubted/retention")
                .then()
                .body("suspended.code", equalTo("retention.in-doubt")));

        run("kept-doubted")
                .body("state", equalTo("incomplete"))
                .body("failure.code", equalTo("retention.in-doubt"))
                .body("removals", empty());

        state(first, "completed");
    }

    @Test
    void theLastUsableOneStaysThoughItIsOlderThanTheAgeAndFailuresDoNotCount() {
        declare("kept-aged", "maxAge: P10D");
        String old = dump("kept-aged");
        String newer = dump("kept-aged");
        age(old, Duration.ofDays(30));
        age(newer, Duration.ofDays(20));
        String failing = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body("{\"method\":\"dump\",\"databases\":[\"atlantis\"]}")
                .post("/api/v1/clusters/kept-aged/backups")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        state(failing, "failed");

        run("kept-aged")
                .body("removals.backupId", contains(old))
                .body("removals[0].code", equalTo("retention.too-old"))
                .body("staying.backupId", contains(newer))
                .body("staying[0].code", equalTo("retention.last-usable"));
        state(newer, "completed");
    }

    @Test
    void aRepositoryThatDoesNotAnswerIsOneClearErrorAndTheNextRunFinishes() throws IOException {
        declare("kept-away", null);
        String first = dump("kept-away");
        String second = dump("kept-away");
        dump("kept-away");
        declare("kept-away", "keep: 1");
        repository("https://localhost:" + Ports.free());

        run("kept-away")
                .body("state", equalTo("incomplete"))
                .body("failure.code", equalTo("retention.incomplete"))
                .body("failure.message", startsWith("2 backups"))
                .body("failure.found", startsWith("store.unreachable: "))
                .body("failure.hint", containsString("The next run goes on"))
                .body("removals.backupId", contains(first))
                .body("removals[0].state", equalTo("failed"))
                .body("removals[0].failure.code", equalTo("store.unreachable"));
        state(first, "expiring");
        state(second, "completed");
        assertThat(objects(first)).isNotEmpty();
        assertThat(SpokenEvents.of("lifeboat.backups", "cluster/kept-away", heard -> heard.size() >= 9))
                .noneMatch(RetentionIT::expired);

        repository(PARTS.east().endpoint());
        run("kept-away")
                .body("state", equalTo("completed"))
                .body("removals.backupId", contains(first, second))
                .body("removals.state", contains("expired", "expired"));
        assertThat(objects(first)).isEmpty();
        get("backups/" + first + "/retention")
                .then()
                .body("removals.state", contains("expired", "failed"))
                .body("removals[0].reason", startsWith("retention.beyond-count: "));
    }

    @Test
    void aRunThatWasKilledHalfWayGoesOnWhereItWas() throws IOException {
        declare("kept-halfway", null);
        String first = dump("kept-halfway");
        dump("kept-halfway");
        declare("kept-halfway", "keep: 1");
        RetentionRun run = wanted("kept-halfway", first);
        // As an owner leaves it that was killed between the first object and the last.
        database.useTransaction(tx -> {
            runs.add(tx, run);
            runs.move(tx, run, new RunState.Running(Instant.now()));
            Decision decision =
                    retention.decide(tx, run.clusterId()).plan().going().getFirst();
            assertThat(removing.begin(tx, run, decision).isPresent()).isTrue();
        });
        List<Path> files = files(first);
        for (Path file : files.subList(0, files.size() / 2)) {
            Files.delete(file);
        }

        database.useTransaction(tx ->
                operations.submit(tx, new Operations.Request(run.id(), RetentionOperation.KIND, run.cluster(), null)));

        settled("kept-halfway");
        get("clusters/kept-halfway/retention/runs/" + run.id())
                .then()
                .body("state", equalTo("completed"))
                .body("removals.state", contains("expired"))
                .body("removals.code", contains("retention.beyond-count"));
        state(first, "expired");
        assertThat(objects(first)).isEmpty();
    }

    private RetentionRun wanted(String cluster, String backupId) {
        Backup backup = database.inTransaction(tx -> catalogue.find(tx, UUID.fromString(backupId)))
                .orElseThrow();
        return new RetentionRun(
                UUID.randomUUID(),
                backup.clusterId(),
                cluster,
                Instant.now(),
                "principal/test",
                "request",
                new RunState.Requested());
    }

    @Test
    void itRunsOnceADayForAClusterThatHasARule() {
        declare("kept-daily", "maxAge: P1D");
        String key = "kept-daily/~retention";
        Instant due = database.inTransaction(tx -> timer.nextDue(tx, key)).orElseThrow();
        assertThat(LocalTime.ofInstant(due, ZoneOffset.UTC)).hasToString("04:00");
        String old = dump("kept-daily");
        dump("kept-daily");
        age(old, Duration.ofDays(2));
        int before =
                get("clusters/kept-daily/retention/runs").<List<?>>path("items").size();
        database.useTransaction(tx -> assertThat(
                        tx.createUpdate("update policy_timer set last_handled = :since where policy_key = :key")
                                .bind("since", Instant.now().minus(Duration.ofDays(3)))
                                .bind("key", key)
                                .execute())
                .isOne());

        timer.woken(key);

        state(old, "expired");
        get("clusters/kept-daily/retention/runs")
                .then()
                .body("items", hasSize(before + 1))
                .body("items[0].trigger", equalTo("schedule"));
        declare("kept-daily", null);
        assertThat(database.inTransaction(tx -> timer.nextDue(tx, key)).isPresent())
                .isFalse();
    }

    private void age(String id, Duration age) {
        database.useTransaction(tx -> assertThat(tx.createUpdate("update backup set ended_at = :at where id = :id")
                        .bind("at", Instant.now().minus(age).atOffset(ZoneOffset.UTC))
                        .bind("id", UUID.fromString(id))
                        .execute())
                .isOne());
    }

    private static void repository(String endpoint) {
        S3Endpoint east = PARTS.east();
        put(
                        "repositories/retained?test=false",
                        FleetRequests.repository("retained").replace(east.endpoint(), endpoint))
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static void declare(String name, String retention) {
        put(
                        "clusters/" + name,
                        FleetRequests.cluster(name, "retained")
                                .replace(
                                        "databases: [postgres]",
                                        "fingerprint: \"off\", databases: [" + shop.name() + "]"
                                                + (retention == null ? "" : ", retention: {" + retention + "}")))
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static String dump(String cluster) {
        String id = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body("{\"policy\":\"nightly\"}")
                .post("/api/v1/clusters/" + cluster + "/backups")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Duration.ofMinutes(1)).until(() -> !Set.of("requested", "running")
                .contains(now("backups/" + id).path("state").asText()));
        get("backups/" + id).then().body("state", oneOf("completed", "expiring", "expired"));
        return id;
    }

    /** A run by request, to its end. */
    private static ValidatableResponse run(String cluster) {
        settled(cluster);
        String location = as(Roles.OPERATOR)
                .post("/api/v1/clusters/" + cluster + "/retention/runs")
                .then()
                .statusCode(202)
                .body("state", notNullValue())
                .extract()
                .header("Location");
        String path = location.substring(location.indexOf("/api/v1/") + "/api/v1/".length());
        await().atMost(Duration.ofMinutes(2)).until(() -> !Set.of("requested", "running")
                .contains(now(path).path("state").asText()));
        return get(path).then().statusCode(200);
    }

    private static void settled(String cluster) {
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        now("clusters/" + cluster + "/retention/runs").path("items").findValuesAsText("state").stream()
                                .noneMatch(Set.of("requested", "running")::contains));
    }

    private static void state(String id, String expected) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(now("backups/" + id).path("state").asText()).isEqualTo(expected));
    }

    private static List<String> objects(String id) throws IOException {
        return files(id).stream().map(Path::toString).toList();
    }

    private static List<Path> files(String id) throws IOException {
        Path root = PARTS.east().objects(PARTS.east().bucket());
        try (Stream<Path> files = Files.walk(root)) {
            return new ArrayList<>(files.filter(Files::isRegularFile)
                    .filter(file -> root.relativize(file).toString().contains(id))
                    .sorted()
                    .toList());
        }
    }
}
