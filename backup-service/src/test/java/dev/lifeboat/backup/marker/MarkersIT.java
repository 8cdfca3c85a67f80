package dev.lifeboat.backup.marker;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.oneOf;

import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.inventory.InventoryReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Markers on a real server: in a ring, in the record, and on both sides of a moment. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class MarkersIT {
    private static final LocalParts PARTS = LocalParts.shared();
    private static PostgresCluster server;

    @Inject
    Database database;

    @BeforeAll
    static void start() throws SQLException {
        server = PARTS.newPostgres("marked", Map.of());
        server.start(Lifetime.OF_THIS_JVM);
        S3Endpoint east = PARTS.east();
        ServiceParts.secret("east-access", east.accessKey());
        ServiceParts.secret("east-secret", east.secretKey());
        ServiceParts.secret("marked-password", server.password());
        ServiceParts.secret("modest-password", "modest");
        server.execute("postgres", "create role modest login password 'modest' in role pg_monitor");
    }

    @Test
    void eachMarkerIsInTheRingAndItsBracketInTheRecord() throws Exception {
        declareRepository();
        UUID cluster = UUID.fromString(declare("marked", "postgres", "marked-password", true)
                .body("warnings.code", not(hasItem("markers.not-permitted")))
                .extract()
                .path("id"));

        await().atMost(Duration.ofSeconds(60)).until(() -> recorded(cluster).size() >= 2);

        List<Instant> recorded = recorded(cluster);
        assertThat(ring()).containsAll(recorded);
        JsonPath around = around(cluster, "at=" + recorded.get(1).minusNanos(1000));
        assertThat(moment(around, "before.writtenAt")).isEqualTo(recorded.get(0));
        assertThat(moment(around, "after.writtenAt")).isEqualTo(recorded.get(1));
        assertThat(moment(around, "before.returnedAt")).isAfterOrEqualTo(recorded.get(0));
        // Inside its bracket a marker is on neither side.
        assertThat(moment(around(cluster, "at=" + recorded.get(0)), "before.writtenAt"))
                .isNull();
        assertThat(moment(around(cluster, "at=" + recorded.get(0) + "&inclusive=false"), "after.writtenAt"))
                .isEqualTo(recorded.get(0));
        JsonPath byPosition = around(cluster, "lsn=" + around.getString("before.returnedLsn"));
        assertThat(moment(byPosition, "before.writtenAt")).isEqualTo(recorded.get(0));
        assertThat(moment(around(cluster, "lsn=0/1"), "before.writtenAt")).isNull();
        as(Roles.VIEWER)
                .get("/api/v1/clusters/marked/markers")
                .then()
                .statusCode(200)
                .body("state", equalTo("writing"))
                .body("every", equalTo("PT1S"));
        // Neither inventories nor dumps of all databases meet them.
        try (Connection connection = server.connect("postgres")) {
            assertThat(new InventoryReader().connectable(connection)).doesNotContain("lifeboat");
        }

        declare("marked", "postgres", "marked-password", false);
        await().atMost(Duration.ofSeconds(60)).until(() -> sessions() == 0);
        as(Roles.VIEWER).get("/api/v1/clusters/marked/markers").then().body("state", equalTo("off"));
    }

    @Test
    void whoMayNotMakeTheDatabaseIsToldHowAndBackupsGoOn() throws Exception {
        declareRepository();

        declare("modest", "modest", "modest-password", true).body("warnings.code", hasItem("markers.not-permitted"));

        await().atMost(Duration.ofSeconds(60)).until(() -> as(Roles.VIEWER)
                .get("/api/v1/clusters/modest/markers")
                .jsonPath()
                .getString("state")
                .equals("failing"));
        as(Roles.VIEWER)
                .get("/api/v1/clusters/modest/markers")
                .then()
                .body("trouble.code", equalTo("markers.not-permitted"));
        declare("modest", "modest", "modest-password", false);
    }

    @Test
    void whatIsOldIsThinnedToOneAMinute() {
        UUID cluster = UUID.randomUUID();
        Instant now = Instant.parse("2026-11-21T10:00:00Z");
        MarkerRecord record = new MarkerRecord(InstantSource.fixed(now), Duration.ofDays(35));
        List<Marker> markers = new ArrayList<>();
        for (int second = 0; second < 120; second++) {
            markers.add(marker(now.minus(Duration.ofDays(40)).plusSeconds(second)));
            markers.add(marker(now.minus(Duration.ofDays(2)).plusSeconds(second)));
            markers.add(marker(now.minus(Duration.ofHours(2)).plusSeconds(second)));
        }

        database.useTransaction(tx -> {
            record.add(tx, cluster, markers);
            record.add(tx, cluster, markers);
            record.thin(tx, cluster);
        });

        assertThat(recorded(cluster)).hasSize(2 + 120);
    }

    private static Marker marker(Instant at) {
        return new Marker(at, at.plusMillis(1), "0/1000000", "0/1000100", 1);
    }

    private List<Instant> recorded(UUID cluster) {
        return database.inTransaction(
                tx -> tx.createQuery("select written_at from marker where cluster_id = :cluster order by written_at")
                        .bind("cluster", cluster)
                        .mapTo(Instant.class)
                        .list());
    }

    private static List<Instant> ring() throws SQLException {
        List<Instant> found = new ArrayList<>();
        try (Connection connection = server.connect("lifeboat");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select written_at from lifeboat.marker")) {
            while (rows.next()) {
                found.add(rows.getObject(1, OffsetDateTime.class).toInstant());
            }
        }
        return found;
    }

    private static int sessions() throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*) from pg_stat_activity where application_name = 'lifeboat markers'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static JsonPath around(UUID cluster, String question) {
        return as(Roles.SERVICE)
                .get("/internal/v1/clusters/" + cluster + "/markers?timeline=1&" + question)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static Instant moment(JsonPath answer, String path) {
        String text = answer.getString(path);
        return text == null ? null : Instant.parse(text);
    }

    private static ValidatableResponse declare(String name, String user, String secret, boolean markers) {
        return as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"%s","connection":{"host":"127.0.0.1","port":%d,"user":"%s","password":{"file":"%s"}},
                         "repositories":["markers-it"],"markers":{"enabled":%s,"every":"PT1S"}}"""
                                .formatted(name, server.port(), user, secret, markers))
                .put("/api/v1/clusters/" + name)
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static void declareRepository() {
        S3Endpoint east = PARTS.east();
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(
                        """
                        {"name":"markers-it","type":"s3","endpoint":"%s","region":"%s","bucket":"%s",
                         "prefix":"markers-it/","credentials":{"accessKey":{"file":"east-access"},
                         "secretKey":{"file":"east-secret"}},"caFile":"%s","pathStyle":true}"""
                                .formatted(east.endpoint(), east.region(), east.bucket(), east.caFile()))
                .put("/api/v1/repositories/markers-it")
                .then()
                .statusCode(oneOf(200, 201));
    }

    private static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + ServiceParts.token(role));
    }
}
