package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.delete;
import static dev.lifeboat.backup.fleet.FleetRequests.get;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clusters over HTTP, against a server that is really there. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class ClustersIT {
    private static final PostgresCluster SERVER = LocalParts.shared().postgres();

    @Inject
    Database database;

    @Inject
    Fleet fleet;

    @BeforeEach
    void aRepository() {
        put("repositories/east?test=false", FleetRequests.repository("east"));
    }

    @Test
    void aClusterIsDeclaredChangedRemovedAndDeclaredAgainAsANewOne() {
        String document = FleetRequests.cluster("shop", "east");
        String id = put("clusters/shop", document)
                .then()
                .statusCode(201)
                .header("Location", containsString("/api/v1/clusters/shop"))
                .header("ETag", "\"1\"")
                .body("connection.sslMode", equalTo("prefer"))
                .body("wal.mode", equalTo("none"))
                .body("backups[0].fingerprint", equalTo("full"))
                .body("server.version", greaterThan(130000))
                .extract()
                .path("id");
        put("clusters/shop", document).then().statusCode(200).header("ETag", "\"1\"");

        String answer = get("clusters/shop").then().statusCode(200).extract().asString();
        as(Roles.OPERATOR)
                .contentType("application/json")
                .body(answer)
                .put("/api/v1/clusters/shop")
                .then()
                .statusCode(200)
                .header("ETag", "\"1\"");

        put("clusters/shop", document + "objectives: {rpo: PT1M}\n")
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"")
                .body("id", equalTo(id))
                .body("objectives.rpo", equalTo("PT1M"));

        delete("clusters/shop").then().statusCode(400).body("code", equalTo("cluster.removal-not-confirmed"));
        delete("clusters/shop?confirm=shpo").then().statusCode(400);
        delete("clusters/shop?confirm=shop").then().statusCode(204);
        delete("clusters/shop?confirm=shop").then().statusCode(404);
        get("clusters/shop").then().statusCode(404).body("code", equalTo("cluster.not-found"));
        put("clusters/shop", document)
                .then()
                .statusCode(201)
                .header("ETag", "\"4\"")
                .body("id", not(equalTo(id)));

        List<JsonNode> events = SpokenEvents.of("lifeboat.fleet", "cluster/shop", heard -> heard.size() >= 4);
        assertThat(events)
                .extracting(event -> event.path("type").asText().replace("dev.lifeboat.", "") + " "
                        + event.path("version").asInt())
                .containsExactly(
                        "cluster.declared.v1 1",
                        "cluster.changed.v1 2",
                        "cluster.removed.v1 3",
                        "cluster.declared.v1 4");
        assertThat(events.getFirst().path("clusterid").asText()).isEqualTo(id);
        assertThat(events.getFirst()
                        .path("data")
                        .path("spec")
                        .path("connection")
                        .path("password")
                        .path("file")
                        .asText())
                .isEqualTo("superuser-password");
        assertThat(events.toString()).doesNotContain(SERVER.password());
    }

    @Test
    void workThatBeganBeforeARemovalStillKnowsItsCluster() {
        String id = put("clusters/leaving", FleetRequests.cluster("leaving", "east"))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        delete("clusters/leaving?confirm=leaving").then().statusCode(204);

        Optional<Fleet.DeclaredCluster> byId =
                database.inTransaction(transaction -> fleet.cluster(transaction, UUID.fromString(id)));
        Optional<Fleet.DeclaredCluster> byName =
                database.inTransaction(transaction -> fleet.cluster(transaction, "leaving"));
        assertThat(byId)
                .hasValueSatisfying(cluster -> assertThat(cluster.spec().name()).isEqualTo("leaving"));
        assertThat(byName).isEmpty();
    }

    @Test
    void allMistakesComeAtOnceWithPointers() {
        put(
                        "clusters/broken",
                        """
                nmae: broken
                connection: {host: a/b, port: 70000, user: postgres, password: hunter2}
                repositories: [nowhere]
                wal: {mode: strem}
                backups:
                  - {name: nightly, method: dump, schedule: "61 * * * *", timeZone: Mars/Olympus}
                """)
                .then()
                .statusCode(400)
                .contentType(containsString("application/problem+json"))
                .body("code", equalTo("request.invalid"))
                .body(
                        "errors.pointer",
                        hasItems(
                                "/nmae",
                                "/name",
                                "/connection/host",
                                "/connection/port",
                                "/connection/password",
                                "/repositories/0",
                                "/wal/mode",
                                "/backups/0/schedule",
                                "/backups/0/timeZone"))
                .body(not(containsString("hunter2")));
    }

    @Test
    void namesWithSlashesOrDotsAreRefused() {
        String document = FleetRequests.cluster("x", "east");
        for (String path : List.of("..%2Fx", "a.b", "a%20b", "A", "%C3%A4")) {
            int status = as(Roles.OPERATOR)
                    .urlEncodingEnabled(false)
                    .contentType(FleetRequests.YAML)
                    .body(document)
                    .put("/api/v1/clusters/" + path)
                    .statusCode();
            assertThat(status).as(path).isBetween(400, 404);
        }
        get("clusters/x").then().statusCode(404);
    }

    @Test
    void anUnreachableServerIsOneClearErrorAndTheTestCanBeLeftOut() {
        String away = FleetRequests.cluster("away", "east").replace("port: " + SERVER.port(), "port: " + Ports.free());
        put("clusters/away", away).then().statusCode(422).body("code", equalTo("postgres.unreachable"));
        get("clusters/away").then().statusCode(404);
        put("clusters/away?test=false", away)
                .then()
                .statusCode(201)
                .body("warnings.code", hasItem("connection.not-tested"));
    }

    @Test
    void aWrongPasswordIsOneClearErrorWithoutThePassword() {
        ServiceParts.secret("wrong-password", "hunter2");
        put("clusters/locked", FleetRequests.cluster("locked", "east").replace("superuser-password", "wrong-password"))
                .then()
                .statusCode(422)
                .body("code", equalTo("postgres.password-wrong"))
                .body(not(containsString("hunter2")));
    }

    @Test
    void missingGrantsComeAsOneErrorWithTheSql() {
        SERVER.ensureRole("grantless", "a password");
        SERVER.ensureDatabase("granted_to_nobody", PostgresCluster.SUPERUSER);
        SERVER.execute("granted_to_nobody", "create table if not exists t (id int)");
        ServiceParts.secret("grantless-password", "a password");
        String document = FleetRequests.cluster("grantless", "east")
                .replace("user: postgres", "user: grantless")
                .replace("superuser-password", "grantless-password")
                .replace("databases: [postgres]", "databases: [granted_to_nobody]");

        put("clusters/grantless", document)
                .then()
                .statusCode(422)
                .body("code", equalTo("postgres.grant-missing.connect"))
                .body("hint", equalTo("GRANT CONNECT ON DATABASE \"granted_to_nobody\" TO \"grantless\";"));
        SERVER.execute("postgres", "grant connect on database granted_to_nobody to grantless");
        put("clusters/grantless", document)
                .then()
                .statusCode(422)
                .body("code", equalTo("postgres.grant-missing.read"))
                .body("hint", equalTo("GRANT pg_read_all_data TO \"grantless\";"));
        SERVER.execute("postgres", "grant pg_read_all_data to grantless");
        put("clusters/grantless", document).then().statusCode(201);
    }

    @Test
    void anotherDatabaseUnderTheSameNameIsRefused() {
        put("clusters/moved", FleetRequests.cluster("moved", "east")).then().statusCode(201);
        PostgresCluster other = LocalParts.shared().newPostgres("other", Map.of());
        other.start(Lifetime.OF_THIS_JVM);
        try {
            ServiceParts.secret("other-password", other.password());

            put(
                            "clusters/moved",
                            FleetRequests.cluster("moved", "east")
                                    .replace("port: " + SERVER.port(), "port: " + other.port())
                                    .replace("superuser-password", "other-password"))
                    .then()
                    .statusCode(409)
                    .body("code", equalTo("cluster.other-database"));
        } finally {
            other.kill();
        }
    }

    @Test
    void aVersionThatIsNotThereAnyMoreIsNotChanged() {
        String document = FleetRequests.cluster("versioned", "east");
        put("clusters/versioned", document).then().statusCode(201);

        as(Roles.OPERATOR)
                .contentType(FleetRequests.YAML)
                .header("If-Match", "\"7\"")
                .body(document + "objectives: {rto: PT1H}\n")
                .put("/api/v1/clusters/versioned")
                .then()
                .statusCode(412)
                .body("code", equalTo("cluster.version-mismatch"));
        as(Roles.OPERATOR)
                .contentType(FleetRequests.YAML)
                .header("If-None-Match", "*")
                .body(document)
                .put("/api/v1/clusters/versioned")
                .then()
                .statusCode(412);
        as(Roles.OPERATOR)
                .contentType(FleetRequests.YAML)
                .header("If-Match", "\"1\"")
                .body(document + "objectives: {rto: PT1H}\n")
                .put("/api/v1/clusters/versioned")
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"");
    }

    @Test
    void ofManyThatDeclareTheSameNameAtOnceOneCreatesIt() throws Exception {
        String document = FleetRequests.cluster("crowded", "east");
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Integer>> requests = Collections.nCopies(
                    8, () -> put("clusters/crowded", document).statusCode());
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> request : threads.invokeAll(requests)) {
                answers.add(request.get());
            }
            assertThat(answers).containsOnlyOnce(201).containsOnly(200, 201);
        }
        get("clusters/crowded").then().body("version", equalTo(1));
    }

    @Test
    void cruelNamesOfDatabasesAreDeclaredAndTested() {
        String cruel = "my \\\"shop' größe \uD83D\uDEDF";
        SERVER.ensureDatabase("my \"shop' größe \uD83D\uDEDF", PostgresCluster.SUPERUSER);
        put("clusters/cruel", FleetRequests.cluster("cruel", "east").replace("[postgres]", "[\"" + cruel + "\"]"))
                .then()
                .statusCode(201)
                .body("backups[0].databases[0]", equalTo("my \"shop' größe \uD83D\uDEDF"));
    }

    @Test
    void whatCannotBeReadIsRefused() {
        as(Roles.OPERATOR)
                .contentType("application/xml")
                .body("<a/>")
                .put("/api/v1/clusters/a")
                .then()
                .statusCode(415)
                .body("code", equalTo("request.content-type"));
        as(Roles.OPERATOR)
                .contentType("application/json")
                .body("{\"name\": ")
                .put("/api/v1/clusters/a")
                .then()
                .statusCode(400)
                .body("code", equalTo("document.malformed"));
        put("clusters/a", "a: &a [x]\nb: *a").then().statusCode(400).body("code", equalTo("document.anchor"));
        put("clusters/a", "a: " + "x".repeat(300_000))
                .then()
                .statusCode(413)
                .body("code", equalTo("document.too-large"));
        as(Roles.OPERATOR).put("/api/v1/clusters/a").then().statusCode(400).body("code", equalTo("document.empty"));
    }

    @Test
    void theApiDescribesItself() {
        as(Roles.VIEWER)
                .accept("application/json")
                .get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .body("paths.'/api/v1/clusters/{name}'.put.summary", containsString("Declare a cluster"))
                .body("paths.'/api/v1/repositories/{name}'.delete.summary", containsString("repository"));
    }
}
