package dev.lifeboat.backup.retention;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.get;
import static dev.lifeboat.backup.fleet.FleetRequests.now;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Chains of pgBackRest sets, expired out of a real repository. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class SetRetentionIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static PostgresCluster server;

    @BeforeAll
    static void start() {
        server = PARTS.newPostgres("chained", Map.of("archive_mode", "on"));
        server.start(Lifetime.OF_THIS_JVM);
    }

    @AfterAll
    static void stop() {
        server.kill();
    }

    @Test
    void aChainStaysWhileARecoveryHoldsItsEndAndThenGoesFromItsEndToItsFull() throws IOException {
        declare();
        String full = take("{\"policy\":\"weekly\"}");
        String incremental = take("{\"method\":\"pgbackrest\",\"type\":\"incremental\"}");
        String pin = "/internal/v1/backups/" + incremental + "/pins/" + UUID.randomUUID();
        as(Roles.SERVICE)
                .contentType(ContentType.JSON)
                .body("{\"expiresAt\":\"" + Instant.now().plusSeconds(600) + "\"}")
                .put(pin)
                .then()
                .statusCode(204);

        String newer = take("{\"policy\":\"weekly\"}");

        ended(3);
        get("clusters/chained/retention")
                .then()
                .body("staying.backupId", contains(newer, incremental, full))
                .body("staying.code", contains("retention.within-count", "retention.held", "retention.needed"))
                .body("staying[2].because", contains(incremental));
        assertThat(sets()).contains(label(full), label(incremental), label(newer));

        as(Roles.SERVICE).delete(pin).then().statusCode(204);
        String location = as(Roles.OPERATOR)
                .post("/api/v1/clusters/chained/retention/runs")
                .then()
                .statusCode(202)
                .extract()
                .header("Location");

        ended(4);
        get("clusters/chained/retention/runs/" + location.substring(location.lastIndexOf('/') + 1))
                .then()
                .body("state", equalTo("completed"))
                .body("removals.backupId", contains(incremental, full))
                .body("removals.code", contains("retention.goes-with-full", "retention.beyond-count"))
                .body("removals[0].reason", containsString(label(full)));
        assertThat(sets()).contains(label(newer)).doesNotContain(label(full), label(incremental));
        assertThat(files("/sets/")).noneMatch(key -> key.contains(full) || key.contains(incremental));
        get("backups/" + newer).then().body("state", equalTo("completed"));
    }

    private static String label(String id) {
        return get("backups/" + id).path("label");
    }

    /** Folders of sets in the repository, by their labels. */
    private static Set<String> sets() throws IOException {
        return files("/backup/chained/").stream()
                .map(key -> key.replaceAll(".*/backup/chained/([^/]+)/.*", "$1"))
                .collect(Collectors.toSet());
    }

    private static List<String> files(String part) throws IOException {
        Path root = PARTS.east().objects(PARTS.east().bucket()).resolve("chained");
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(key -> key.contains(part))
                    .toList();
        }
    }

    private static void ended(int count) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            JsonNode runs = now("clusters/chained/retention/runs").path("items");
            assertThat(runs).hasSize(count);
            assertThat(runs.path(0).path("state").asText()).isIn("completed", "incomplete", "failed");
        });
    }

    private static void declare() {
        put("repositories/chained", FleetRequests.repository("chained")).then().statusCode(oneOf(200, 201));
        ServiceParts.secret("chained-password", server.password());
        put(
                        "clusters/chained",
                        """
                        name: chained
                        connection: {host: %s, port: %d, user: postgres, password: {file: chained-password}}
                        dataDirectory: %s
                        repositories: [chained]
                        wal: {mode: archive}
                        backups:
                          - {name: weekly, method: pgbackrest, type: full, retention: {full: 1}}
                        """
                                .formatted(PostgresCluster.HOST, server.port(), server.dataDirectory()))
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static String take(String body) {
        String id = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/clusters/chained/backups")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        await().atMost(Duration.ofMinutes(2)).until(() -> !Set.of("requested", "running")
                .contains(now("backups/" + id).path("state").asText()));
        get("backups/" + id).then().body("state", equalTo("completed"));
        return id;
    }
}
