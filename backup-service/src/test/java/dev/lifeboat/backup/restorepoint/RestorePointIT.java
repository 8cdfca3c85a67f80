package dev.lifeboat.backup.restorepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.window.WindowStage;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restore points on a server that really archives, in the service as it is wired. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class RestorePointIT {
    private static final String PATH = "/api/v1/clusters/windowed/restore-points";
    private static WindowStage stage;

    @Inject
    PrimarySession primary;

    @BeforeAll
    static void start() {
        stage = WindowStage.shared();
    }

    @Test
    void aRestorePointIsDurableWhenTheStoreHasTheWalThatHoldsIt() {
        stage.declare();
        String location = ask("before-migration-42", "key-1")
                .statusCode(202)
                .body("durable", equalTo(false))
                .extract()
                .header("Location");
        String path = location.substring(location.indexOf("/api/"));

        await().atMost(Duration.ofSeconds(90))
                .until(() -> WindowStage.json(path).path("durable").asBoolean());

        JsonNode point = WindowStage.json(path);
        assertThat(point.path("state").asText()).isEqualTo("durable");
        assertThat(point.path("durableIn")).extracting(JsonNode::asText).containsExactly("windowed");
        String segment =
                stage.ask("select pg_walfile_name('" + point.path("lsn").asText() + "'::pg_lsn - 1)");
        assertThat(stage.archived(segment)).contains(segment);
        assertThat(ask("before-migration-42", "key-1").statusCode(202).extract().header("Location"))
                .isEqualTo(location);
        ask("before-migration-42", "key-2").statusCode(409).body("code", equalTo("restore-point.exists"));
        assertThat(WindowStage.json("/api/v1/clusters/windowed/recovery-window").path("restorePoints"))
                .extracting(listed -> listed.path("name").asText())
                .contains("before-migration-42");
        List<JsonNode> said = SpokenEvents.of(
                "lifeboat.backups", "cluster/windowed", heard -> heard.stream().anyMatch(RestorePointIT::isCreated));
        assertThat(said.stream().filter(RestorePointIT::isCreated))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.at("/data/lsn").asText())
                            .isEqualTo(point.path("lsn").asText());
                    assertThat(event.at("/data/repositories/0").asText()).isEqualTo("windowed");
                });
    }

    @Test
    void whoeverWaitsGetsItDurableOrAnError() {
        stage.declare();

        WindowStage.as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body("{\"name\":\"waited-for\"}")
                .post(PATH + "?wait=120")
                .then()
                .statusCode(200)
                .body("durable", equalTo(true));

        stage.archiveWith("/bin/false");
        String location;
        try {
            WindowStage.as(Roles.OPERATOR)
                    .contentType(ContentType.JSON)
                    .header("Idempotency-Key", "stuck")
                    .body("{\"name\":\"stuck\"}")
                    .post(PATH + "?wait=1")
                    .then()
                    .statusCode(504)
                    .body("code", equalTo("restore-point.not-durable-yet"));
            location = ask("stuck", "stuck").statusCode(202).extract().header("Location");
        } finally {
            stage.archiveAsBefore();
        }
        WindowStage.as(Roles.VIEWER)
                .get(location.substring(location.indexOf("/api/")) + "?wait=120")
                .then()
                .statusCode(200)
                .body("state", equalTo("durable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"301", "-1", "PT5S", "1.5"})
    void aRequestIsNotHeldForever(String wait) {
        stage.declare();

        WindowStage.as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body("{\"name\":\"never-made\"}")
                .post(PATH + "?wait=" + wait)
                .then()
                .statusCode(400)
                .body("code", equalTo("restore-point.bad-wait"));
    }

    @Test
    void whatTheRoleMayNotDoIsSaidWithTheSql() {
        stage.server().ensureRole("no_points", "p");
        ServiceParts.secret("no-points-password", "p");
        ClusterSpec limited = new ClusterSpec(
                "limited",
                new ClusterSpec.Connection(
                        "127.0.0.1",
                        stage.server().port(),
                        "no_points",
                        SecretRef.ofFile("no-points-password"),
                        "prefer",
                        "postgres",
                        null,
                        null),
                null,
                null,
                List.of("windowed"),
                new ClusterSpec.WalSpec("archive", null, null),
                List.of(),
                List.of(),
                List.of());

        assertThat(primary.obstacle(limited)).hasValueSatisfying(failure -> {
            assertThat(failure.code()).isEqualTo("postgres.grant-missing.restore-point");
            assertThat(failure.hint())
                    .contains("GRANT EXECUTE ON FUNCTION pg_catalog.pg_create_restore_point(text) TO \"no_points\"")
                    .contains("pg_switch_wal()");
            stage.server().execute("postgres", failure.hint());
        });
        assertThat(primary.obstacle(limited)).isEmpty();
    }

    private static boolean isCreated(JsonNode event) {
        return event.path("type").asText().equals("dev.lifeboat.restore-point.created.v1");
    }

    private static ValidatableResponse ask(String name, String key) {
        return WindowStage.as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .body("{\"name\":\"" + name + "\"}")
                .post(PATH)
                .then();
    }
}
