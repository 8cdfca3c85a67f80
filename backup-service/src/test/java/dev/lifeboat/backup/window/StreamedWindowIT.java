package dev.lifeboat.backup.window;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The window of a physical backup and of WAL that is really streamed, in the service as it is wired. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
@Timeout(150)
class StreamedWindowIT {
    private static final String CLUSTER = "/api/v1/clusters/flowing-window";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        server = Server.primary("flowing-window", Map.of());
        server.sql(
                "create table t (id int)",
                "grant pg_monitor to " + Server.ROLE,
                "grant execute on function pg_create_restore_point(text) to " + Server.ROLE);
        ServiceParts.secret("flowing-window-password", Server.PASSWORD);
    }

    @AfterAll
    static void end() {
        server.cluster().kill();
    }

    @Test
    void theWindowReachesTheLastCommitAndRestorePointsInIt() throws Exception {
        assertThat(put("repositories/flowing-window", FleetRequests.repository("flowing-window"))
                        .statusCode())
                .isIn(200, 201);
        var declared = put(
                "clusters/flowing-window",
                """
                name: flowing-window
                connection: {host: %s, port: %d, user: %s, password: {file: flowing-window-password}}
                repositories: [flowing-window]
                objectives: {rpo: PT1M}
                wal: {mode: stream, maxLag: PT1S}
                backups: [{name: base, method: physical}]
                """
                        .formatted(PostgresCluster.HOST, server.cluster().port(), Server.ROLE));
        assertThat(declared.statusCode()).as(declared.asString()).isIn(200, 201);
        assertThat(declared.asString()).doesNotContain("objective.rpo");

        String backup = ask(CLUSTER + "/backups", "{\"policy\":\"base\"}");
        await().atMost(SOON).until(() -> json(backup).path("state").asText().equals("completed"));
        String point = ask(CLUSTER + "/restore-points", "{\"name\":\"before-it\"}");
        await().atMost(SOON).until(() -> json(point).path("durable").asBoolean());
        Instant before = Instant.now();
        server.sql("insert into t values (1)");
        // Its own commit time, by the clock of this host.
        await().atMost(SOON)
                .until(() -> !Instant.parse(window().at("/newest/at").asText()).isBefore(before));

        JsonNode window = window();
        assertThat(window.path("repositories")).singleElement().satisfies(one -> {
            assertThat(one.path("method").asText()).isEqualTo("physical");
            assertThat(one.path("gaps")).isEmpty();
            assertThat(one.path("windows")).hasSize(1);
            assertThat(one.path("systemIdentifier").asText())
                    .isEqualTo(server.ask("select system_identifier from pg_control_system()"));
        });
        assertThat(window.at("/newest/approximate").asBoolean()).isFalse();
        assertThat(window.at("/newest/met").asBoolean()).isTrue();
        assertThat(window.at("/restorePoints/0/name").asText()).isEqualTo("before-it");
        assertThat(window.at("/restorePoints/0/recoverableFrom/0").asText()).isEqualTo("flowing-window/physical");
        FleetRequests.delete("clusters/flowing-window?confirm=flowing-window")
                .then()
                .statusCode(204);
    }

    private static JsonNode window() {
        return json(CLUSTER + "/recovery-window");
    }

    private static JsonNode json(String path) {
        return as(Roles.VIEWER).get(path).then().statusCode(200).extract().as(JsonNode.class);
    }

    /** The path of what was asked for. */
    private static String ask(String path, String body) {
        String location = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(body)
                .post(path)
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        return location.substring(location.indexOf("/api/"));
    }
}
