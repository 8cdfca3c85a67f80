package dev.lifeboat.backup.pgbackrest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.backup.fleet.FleetRequests;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Backups by pgBackRest over HTTP, to their end, in the service as it is wired. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class PgBackRestServiceIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static PostgresCluster server;

    @BeforeAll
    static void start() {
        server = PARTS.newPostgres("walled", Map.of("archive_mode", "on"));
        server.start(Lifetime.OF_THIS_JVM);
        S3Endpoint east = PARTS.east();
        ServiceParts.secret("east-access", east.accessKey());
        ServiceParts.secret("east-secret", east.secretKey());
        ServiceParts.secret("walled-password", server.password());
    }

    @Test
    void aDeclaredClusterArchivesAndItsBackupsFollowEachOther() {
        declareRepository();
        declareCluster();
        await().atMost(Duration.ofSeconds(90))
                .until(() -> archiveCommand().contains("/pgbackrest.conf --stanza=walled archive-push"));

        String full = take("{\"policy\":\"weekly\"}")
                .body("state", equalTo("completed"))
                .body("type", equalTo("full"))
                .body("databaseBytes", greaterThan(1_000_000))
                .body("storedBytes", greaterThan(100_000))
                .body("failure", nullValue())
                .extract()
                .path("label");
        String incremental = take("{\"method\":\"pgbackrest\",\"type\":\"incremental\",\"jobs\":2}")
                .body("state", equalTo("completed"))
                .body("type", equalTo("incremental"))
                .body("priorLabels", equalTo(List.of(full)))
                .body("startLsn", matchesPattern("[0-9A-F]+/[0-9A-F]+"))
                .extract()
                .path("label");

        assertThat(incremental).startsWith(full + "_");
        List<JsonNode> said = SpokenEvents.of(
                "lifeboat.backups",
                "cluster/walled",
                events -> events.stream()
                                .filter(event -> event.path("type").asText().contains("completed"))
                                .count()
                        == 2);
        assertThat(said.toString())
                .contains(full, incremental)
                .doesNotContain(server.password(), PARTS.east().secretKey());
        as(Roles.VIEWER)
                .get("/api/v1/clusters/walled/backups")
                .then()
                .statusCode(200)
                .body("items", hasSize(2));
        itsStanzaIsAdopted(full, incremental);
    }

    /** By another declaration of the same database: to that one it is a stanza that somebody else made. */
    private static void itsStanzaIsAdopted(String full, String incremental) {
        String path = "clusters/walled/"
                + as(Roles.VIEWER).get("/api/v1/clusters/walled").jsonPath().getString("id") + "/pgbackrest";
        declareCluster("adopter", "{\"mode\":\"none\"}", "[]");

        adopt("adopter", "{\"stanza\":\"other\",\"path\":\"" + path + "\"}")
                .statusCode(422)
                .body("code", equalTo("adoption.stanza-missing"));
        adopt("adopter", "{\"stanza\":\"walled\",\"path\":\"../etc\"}")
                .statusCode(400)
                .body("code", equalTo("adoption.invalid"));
        String wish = "{\"stanza\":\"walled\",\"path\":\"" + path + "\"}";
        List<String> ids = adopt("adopter", wish)
                .statusCode(200)
                .body("backups.label", equalTo(List.of(full, incremental)))
                .body("backups.isNew", equalTo(List.of(true, true)))
                .extract()
                .path("backups.id");
        adopt("adopter", wish)
                .statusCode(200)
                .body("backups.id", equalTo(ids))
                .body("backups.isNew", equalTo(List.of(false, false)));

        as(Roles.VIEWER)
                .get("/api/v1/backups/" + ids.getLast())
                .then()
                .statusCode(200)
                .body("state", equalTo("completed"))
                .body("adopted.stanza", equalTo("walled"))
                .body("type", equalTo("incremental"))
                .body("priorLabels", equalTo(List.of(full)))
                .body("stopLsn", matchesPattern("[0-9A-F]+/[0-9A-F]+"))
                .body("timeline", equalTo(1));
        assertThat(as(Roles.VIEWER)
                        .get("/api/v1/clusters/adopter/retention")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .contains("retention.adopted", ids.getFirst());
        assertThat(as(Roles.VIEWER)
                        .get("/api/v1/clusters/adopter/recovery-window")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString())
                .contains(path + "/archive/walled/15-1", ids.getFirst());
    }

    private static ValidatableResponse adopt(String cluster, String wish) {
        return as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(wish)
                .post("/api/v1/clusters/" + cluster + "/adoptions")
                .then();
    }

    private static String archiveCommand() {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show archive_command")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static ValidatableResponse take(String body) {
        String location = as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/clusters/walled/backups")
                .then()
                .statusCode(202)
                .extract()
                .header("Location");
        String path = "/api/v1/backups/" + location.substring(location.lastIndexOf('/') + 1);
        await().atMost(Duration.ofMinutes(2)).until(() -> !Set.of("requested", "running")
                .contains(FleetRequests.now(path.replace("/api/v1/", ""))
                        .path("state")
                        .asText()));
        return as(Roles.VIEWER).get(path).then().statusCode(200);
    }

    private static void declareRepository() {
        S3Endpoint east = PARTS.east();
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"pgbackrest-it","type":"s3","endpoint":"%s","region":"%s","bucket":"%s",
                         "prefix":"pgbackrest-it/","credentials":{"accessKey":{"file":"east-access"},
                         "secretKey":{"file":"east-secret"}},"caFile":"%s","pathStyle":true}"""
                                .formatted(east.endpoint(), east.region(), east.bucket(), east.caFile()))
                .put("/api/v1/repositories/pgbackrest-it")
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static void declareCluster() {
        declareCluster(
                "walled",
                "{\"mode\":\"archive\"}",
                "[{\"name\":\"weekly\",\"method\":\"pgbackrest\",\"type\":\"full\"}]");
    }

    private static void declareCluster(String name, String wal, String backups) {
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"%s","connection":{"host":"127.0.0.1","port":%d,"user":"postgres",
                         "password":{"file":"walled-password"}},"dataDirectory":"%s","repositories":["pgbackrest-it"],
                         "wal":%s,"backups":%s}"""
                                .formatted(name, server.port(), server.dataDirectory(), wal, backups))
                .put("/api/v1/clusters/" + name)
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + ServiceParts.token(role));
    }
}
