package dev.lifeboat.backup.backup;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.backup.BackupRequests.Scheduled;
import dev.lifeboat.backup.backup.BackupRequests.Wanted;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.metrics.RowGauges;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backups over HTTP, to their end, against real PostgreSQL, Kafka and S3. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class BackupsIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static LocalParts.Database shop;
    private static LocalParts.Database large;

    @Inject
    Database database;

    @Inject
    BackupRequests requests;

    @Inject
    BackupCatalogue catalogue;

    @Inject
    BackupPins pins;

    @Inject
    RowGauges gauges;

    @BeforeAll
    static void fill() {
        shop = PARTS.newDatabase("shop");
        PARTS.postgres()
                .execute(
                        shop.name(),
                        "create table orders (id bigserial primary key, note text)",
                        "insert into orders (note) select md5(g::text) from generate_series(1, 2000) g");
        large = PARTS.newDatabase("large");
        PARTS.postgres()
                .execute(
                        large.name(),
                        "create table big (id bigint primary key, note text)",
                        "insert into big select g, md5(g::text) || md5((g * 7)::text) from generate_series(1, 600000) g");
    }

    @AfterAll
    static void drop() {
        for (LocalParts.Database each : List.of(shop, large)) {
            PARTS.postgres().execute("postgres", "drop database \"" + each.name() + "\" with (force)");
        }
    }

    @BeforeEach
    void declareRepository() {
        S3Endpoint east = PARTS.east();
        ServiceParts.secret("east-access", east.accessKey());
        ServiceParts.secret("east-secret", east.secretKey());
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"backups-it","type":"s3","endpoint":"%s","region":"%s","bucket":"%s",
                         "prefix":"backups-it/","credentials":{"accessKey":{"file":"east-access"},
                         "secretKey":{"file":"east-secret"}},"caFile":"%s","pathStyle":true}"""
                                .formatted(east.endpoint(), east.region(), east.bucket(), east.caFile()))
                .put("/api/v1/repositories/backups-it")
                .then()
                .statusCode(org.hamcrest.Matchers.oneOf(200, 201));
    }

    @Test
    void aDumpIsAskedForFollowedListedAndSaid() throws IOException {
        declare("once", policy("nightly", shop.name()));
        String id = id(ask("once", "{\"policy\":\"nightly\"}")
                .then()
                .statusCode(202)
                .body("state", equalTo("requested"))
                .header("Location", containsString("/api/v1/backups/")));
        ended(id)
                .body("state", equalTo("completed"))
                .body("method", equalTo("dump"))
                .body("policy", equalTo("nightly"))
                .body("databases", contains(shop.name()))
                .body("repositories", contains("backups-it"))
                .body("requestedBy", equalTo("principal/operator"))
                .body("databaseBytes", greaterThan(1_000_000))
                .body("storedBytes", greaterThan(1000))
                .body("manifest.sha256", notNullValue())
                .body("inventory.key", containsString("inventory.json"))
                .body("systemIdentifier", notNullValue())
                .body("snapshotAt", notNullValue())
                .body("duration", startsWith("PT"))
                .body("progress", nullValue())
                .body("failure", nullValue());
        as(Roles.VIEWER)
                .get("/api/v1/clusters/once/backups")
                .then()
                .statusCode(200)
                .body("items.id", contains(id))
                .body("next", nullValue());
        List<JsonNode> said = SpokenEvents.of("lifeboat.backups", "cluster/once", events -> events.stream()
                .anyMatch(event -> event.path("type").asText().contains("completed")));
        assertThat(said)
                .extracting(event -> event.path("type").asText())
                .containsExactly(
                        "dev.lifeboat.backup.requested.v1",
                        "dev.lifeboat.backup.started.v1",
                        "dev.lifeboat.backup.completed.v1");
        assertThat(said).extracting(event -> event.path("version").asLong()).containsExactly(1L, 2L, 3L);
        assertThat(said).extracting(event -> event.path("subject").asText()).containsOnly("backup/" + id);
        assertThat(said).extracting(event -> event.path("actor").asText()).containsOnly("principal/operator");
        assertThat(metrics())
                .contains(
                        "lifeboat_backup_last_success_seconds{cluster=\"once\",method=\"dump\",policy=\"nightly\"} 1.",
                        "lifeboat_backup_last_succeeded{cluster=\"once\",method=\"dump\",policy=\"nightly\"} 1.0",
                        "lifeboat_backup_last_duration_seconds{cluster=\"once\",method=\"dump\",policy=\"nightly\"}",
                        "lifeboat_backup_stored_bytes{cluster=\"once\",method=\"dump\",repository=\"backups-it\"}");
        assertThat(said)
                .extracting(event -> event.path("correlationid").asText())
                .doesNotContain("")
                .hasSize(3);
        assertThat(said.getLast().path("data").path("databases").get(0).asText())
                .isEqualTo(shop.name());
        assertThat(objects(id)).anyMatch(key -> key.endsWith("manifest.json"));
        assertThat(said.toString() + objects(id))
                .doesNotContain(PARTS.postgres().password());
    }

    @Test
    void aRequestIsRefusedWithAllItsMistakes() {
        declare("refusing", policy("nightly", shop.name()));
        ask("refusing", "{\"method\":\"dump\",\"databses\":[\"x\"],\"jobs\":0}")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.pointer", contains("/databses", "/jobs"));
        ask("nowhere", "{\"method\":\"dump\"}").then().statusCode(404).body("code", equalTo("cluster.not-found"));
        ask("refusing", "{").then().statusCode(400).contentType("application/problem+json");
        as(Roles.VIEWER)
                .contentType(ContentType.JSON)
                .body("{\"method\":\"dump\"}")
                .post("/api/v1/clusters/refusing/backups")
                .then()
                .statusCode(403);
        given().contentType(ContentType.JSON)
                .body("{\"method\":\"dump\"}")
                .post("/api/v1/clusters/refusing/backups")
                .then()
                .statusCode(401);
        for (String path : List.of("/api/v1/backups/no-id", "/api/v1/backups/" + UUID.randomUUID())) {
            as(Roles.VIEWER).get(path).then().statusCode(404).body("code", equalTo("backup.not-found"));
        }
        as(Roles.VIEWER).get("/api/v1/clusters/nowhere/backups").then().statusCode(404);
        as(Roles.VIEWER)
                .get("/api/v1/clusters/refusing/backups?cursor=%3F")
                .then()
                .statusCode(400);
    }

    @Test
    void theSameRequestAgainIsTheSameBackup() {
        declare("again", policy("nightly", shop.name()));
        String body = "{\"method\":\"dump\",\"databases\":[\"" + shop.name() + "\"],\"fingerprint\":\"off\"}";
        String key = UUID.randomUUID().toString();
        String first = id(asked("again", body, key).then().statusCode(202));
        String second = id(asked("again", body, key).then().statusCode(202));
        assertThat(second).isEqualTo(first);
        asked("again", "{\"method\":\"dump\"}", key).then().statusCode(422);
        ended(first).body("state", equalTo("completed"));
        as(Roles.VIEWER).get("/api/v1/clusters/again/backups").then().body("items", org.hamcrest.Matchers.hasSize(1));
    }

    @Test
    void aBackupThatCannotBeTakenSaysWhyAndLeavesNothing() throws IOException {
        declare("failing", policy("nightly", shop.name()));
        String id = id(ask("failing", "{\"method\":\"dump\",\"databases\":[\"" + shop.name() + "\",\"atlantis\"]}")
                .then()
                .statusCode(202));
        ended(id)
                .body("state", equalTo("failed"))
                .body("failure.code", equalTo("dump.database-unknown"))
                .body("failure.expected", equalTo("atlantis"))
                .body("failure.hint", notNullValue());
        List<JsonNode> said = SpokenEvents.of("lifeboat.backups", "cluster/failing", events -> events.stream()
                .anyMatch(event -> event.path("type").asText().contains("failed")));
        assertThat(said.getLast().path("data").path("failure").path("code").asText())
                .isEqualTo("dump.database-unknown");
        await().atMost(Duration.ofSeconds(60)).until(() -> objects(id).isEmpty());
    }

    @Test
    void aRunningBackupShowsItsProgressAndIsCancelled() throws IOException {
        declare("cancelled", policy("nightly", large.name()));
        String id = id(ask("cancelled", "{\"policy\":\"nightly\"}").then().statusCode(202));
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            JsonNode progress = show(id).path("progress");
            return progress.path("phase").asText().startsWith("dumping " + large.name())
                    && progress.path("bytesDone").asLong() > 0
                    && progress.path("percent").isInt();
        });
        ask("cancelled", "{\"policy\":\"nightly\"}")
                .then()
                .statusCode(409)
                .body("code", equalTo("backup.active"))
                .body("found", equalTo(id));
        as(Roles.VIEWER).delete("/api/v1/backups/" + id).then().statusCode(403);
        as(Roles.OPERATOR).delete("/api/v1/backups/" + id).then().statusCode(202);
        ended(id)
                .body("state", equalTo("failed"))
                .body("failure.code", equalTo("operation.cancelled"))
                .body("failure.message", containsString("principal/operator"));
        as(Roles.OPERATOR)
                .delete("/api/v1/backups/" + id)
                .then()
                .statusCode(409)
                .body("code", equalTo("backup.not-running"));
        await().atMost(Duration.ofSeconds(60)).until(() -> objects(id).isEmpty());
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains("/pg_dump"))
                        .filter(process -> process.info()
                                .commandLine()
                                .orElse("")
                                .contains(java.util.HexFormat.of()
                                        .withPrefix("%")
                                        .formatHex(large.name().getBytes(java.nio.charset.StandardCharsets.UTF_8)))))
                .isEmpty();
    }

    @Test
    void aScheduledRunIsMadeOnceAndSkippedWhileOneIsActive() {
        declare("scheduled", policy("nightly", large.name()));
        BackupPolicy policy = BackupDefaults.fill(new BackupPolicy(
                "nightly",
                "dump",
                null,
                List.of(large.name()),
                "custom",
                1,
                "off",
                "* * * * *",
                "UTC",
                null,
                null,
                null));
        Wanted wanted = new Wanted("scheduled", policy, "policy/scheduled/nightly");
        Instant due = Instant.parse("2026-11-21T08:00:00Z");
        Scheduled first = database.inTransaction(tx -> requests.schedule(tx, wanted, due));
        Scheduled again = database.inTransaction(tx -> requests.schedule(tx, wanted, due));
        Scheduled next = database.inTransaction(tx -> requests.schedule(tx, wanted, due.plusSeconds(60)));
        Scheduled nextAgain = database.inTransaction(tx -> requests.schedule(tx, wanted, due.plusSeconds(60)));
        assertThat(first.skipped()).isFalse();
        assertThat(again).isEqualTo(first);
        assertThat(next.skipped()).isTrue();
        assertThat(nextAgain).isEqualTo(next);
        as(Roles.VIEWER)
                .get("/api/v1/backups/" + next.backupId())
                .then()
                .body("state", equalTo("skipped"))
                .body("reason", containsString(first.backupId().toString()))
                .body("dueAt", equalTo("2026-11-21T08:01:00Z"));
        List<JsonNode> said = SpokenEvents.of("lifeboat.backups", "cluster/scheduled", events -> events.stream()
                .anyMatch(event -> event.path("type").asText().contains("skipped")));
        assertThat(said).anyMatch(event -> event.path("subject").asText().equals("backup/" + next.backupId()));
        as(Roles.OPERATOR).delete("/api/v1/backups/" + first.backupId()).then().statusCode(202);
        ended(first.backupId().toString()).body("state", equalTo("failed"));
    }

    @Test
    void pagesFollowEachOther() {
        declare("paged", policy("nightly", shop.name()));
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            String id = id(ask("paged", "{\"policy\":\"nightly\"}").then().statusCode(202));
            asked.add(id);
            ended(id).body("state", equalTo("completed"));
        }
        Set<String> seen = new HashSet<>();
        String next = "";
        int pages = 0;
        while (next != null) {
            var page = as(Roles.AUDITOR)
                    .queryParam("limit", 2)
                    .queryParam("cursor", next)
                    .get("/api/v1/clusters/paged/backups")
                    .then()
                    .statusCode(200)
                    .extract();
            seen.addAll(page.<List<String>>path("items.id"));
            next = page.path("next");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).isEqualTo(asked);
    }

    @Test
    void aPinHoldsABackupUntilItIsLetGoAndNothingIsPinnedThatGoes() {
        declare("pinned", policy("nightly", shop.name()));
        String id = id(ask("pinned", "{\"policy\":\"nightly\"}").then().statusCode(202));
        ended(id).body("state", equalTo("completed"));
        String path = "/internal/v1/backups/" + id + "/pins/" + UUID.randomUUID();
        String body = "{\"expiresAt\":\"" + Instant.now().plusSeconds(600) + "\"}";
        pin(Roles.OPERATOR, path, body).then().statusCode(403);
        pin(Roles.SERVICE, path, "{}").then().statusCode(400);
        pin(Roles.SERVICE, path, body).then().statusCode(204);
        pin(Roles.SERVICE, path, body).then().statusCode(204);
        assertThat(pinned(id)).isTrue();
        as(Roles.SERVICE).delete(path).then().statusCode(204);
        assertThat(pinned(id)).isFalse();
        pin(Roles.SERVICE, path, "{\"expiresAt\":\"" + Instant.now().minusSeconds(1) + "\"}")
                .then()
                .statusCode(204);
        assertThat(pinned(id)).as("a pin that was not renewed").isFalse();
        database.useTransaction(tx -> {
            Backup backup = catalogue.lock(tx, UUID.fromString(id)).orElseThrow();
            catalogue.move(tx, backup, ((BackupState.Completed) backup.state()).toExpiring("keep 0", Instant.now()));
        });
        pin(Roles.SERVICE, path, body).then().statusCode(409).body("code", equalTo("backup.expiring"));
        pin(Roles.SERVICE, "/internal/v1/backups/" + UUID.randomUUID() + "/pins/" + UUID.randomUUID(), body)
                .then()
                .statusCode(404);
    }

    @Test
    void aPinOfWhatDependsCoversTheWholeChain() {
        UUID full = chain("F1", List.of());
        UUID incremental = chain("I1", List.of("F1"));
        UUID other = chain("F2", List.of());
        // Labels are moments: two repositories can come to the same ones.
        UUID elsewhere = chain("elsewhere", "F1", List.of());
        UUID dependsElsewhere = chain("elsewhere", "I2", List.of("F1"));
        database.useTransaction(
                tx -> pins.pin(tx, incremental, UUID.randomUUID(), Instant.now().plusSeconds(600)));
        assertThat(pinned(full.toString())).isTrue();
        assertThat(pinned(incremental.toString())).isTrue();
        assertThat(pinned(other.toString())).isFalse();
        assertThat(pinned(elsewhere.toString())).isFalse();
        database.useTransaction(tx -> {
            Backup backup = catalogue.lock(tx, full).orElseThrow();
            catalogue.move(tx, backup, ((BackupState.Completed) backup.state()).toExpiring("keep 0", Instant.now()));
        });
        assertThatThrownBy(() -> database.useTransaction(tx -> pins.pin(
                        tx, incremental, UUID.randomUUID(), Instant.now().plusSeconds(600))))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.failure().code()).isEqualTo("backup.expiring"));
        database.useTransaction(tx ->
                pins.pin(tx, dependsElsewhere, UUID.randomUUID(), Instant.now().plusSeconds(600)));
        assertThat(pinned(elsewhere.toString())).isTrue();
    }

    private static final UUID CHAINED = UUID.randomUUID();

    private UUID chain(String label, List<String> prior) {
        return chain("r", label, prior);
    }

    private UUID chain(String repository, String label, List<String> prior) {
        UUID id = UUID.randomUUID();
        Instant now = Instant.now();
        BackupPolicy policy =
                new BackupPolicy(null, "pgbackrest", "full", null, null, 1, null, null, null, null, null, null);
        Outcome outcome =
                new Outcome("full", 1L, 1L, null, null, label, prior, null, null, 1, "7", null, null, List.of());
        BackupState state = new BackupState.Requested().toRunning(1, now).toCompleted(outcome, now);
        database.useTransaction(tx -> assertThat(catalogue.add(
                        tx,
                        new Backup(id, CHAINED, "chained", policy, repository, null, now, "principal/test", state, 1)))
                .isTrue());
        return id;
    }

    private boolean pinned(String id) {
        return database.inTransaction(tx -> pins.pinned(tx, UUID.fromString(id)));
    }

    private static Response pin(String role, String path, String body) {
        return as(role).contentType(ContentType.JSON).body(body).put(path);
    }

    private static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + ServiceParts.token(role));
    }

    private static String policy(String name, String databaseName) {
        return "{\"name\":\"" + name + "\",\"method\":\"dump\",\"databases\":[\"" + databaseName + "\"]}";
    }

    private String metrics() {
        gauges.refresh();
        return given().accept(ContentType.TEXT)
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .replace(",}", "}");
    }

    private static void declare(String cluster, String policy) {
        ServiceParts.secret("superuser-password", PARTS.postgres().password());
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"%s","connection":{"host":"127.0.0.1","port":%d,"user":"postgres",
                         "password":{"file":"superuser-password"}},"repositories":["backups-it"],"backups":[%s]}"""
                                .formatted(cluster, PARTS.postgres().port(), policy))
                .put("/api/v1/clusters/" + cluster)
                .then()
                .statusCode(org.hamcrest.Matchers.oneOf(200, 201));
    }

    private static Response ask(String cluster, String body) {
        return asked(cluster, body, null);
    }

    private static Response asked(String cluster, String body, String key) {
        RequestSpecification request =
                as(Roles.OPERATOR).contentType(ContentType.JSON).body(body);
        return (key == null ? request : request.header("Idempotency-Key", key))
                .post("/api/v1/clusters/" + cluster + "/backups");
    }

    private static String id(ValidatableResponse response) {
        String location = response.extract().header("Location");
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static JsonNode show(String id) {
        return FleetRequests.now("backups/" + id);
    }

    private static ValidatableResponse ended(String id) {
        await().atMost(Duration.ofSeconds(90)).until(() -> !Set.of("requested", "running")
                .contains(show(id).path("state").asText()));
        return as(Roles.VIEWER).get("/api/v1/backups/" + id).then().statusCode(200);
    }

    private static List<String> objects(String id) throws IOException {
        Path root = PARTS.east().objects(PARTS.east().bucket());
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(key -> key.contains(id))
                    .toList();
        }
    }
}
