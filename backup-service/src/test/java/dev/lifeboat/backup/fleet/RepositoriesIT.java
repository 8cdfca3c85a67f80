package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.FleetRequests.as;
import static dev.lifeboat.backup.fleet.FleetRequests.delete;
import static dev.lifeboat.backup.fleet.FleetRequests.get;
import static dev.lifeboat.backup.fleet.FleetRequests.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Repositories over HTTP, against a bucket that is really there. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class RepositoriesIT {
    private static final S3Endpoint EAST = LocalParts.shared().east();

    @Test
    void aRepositoryIsDeclaredTestedReadListedChangedAndRemoved() throws IOException {
        String document = FleetRequests.repository("life");
        String id = put("repositories/life", document)
                .then()
                .statusCode(201)
                .header("Location", containsString("/api/v1/repositories/life"))
                .header("ETag", "\"1\"")
                .body("name", equalTo("life"))
                .body("version", equalTo(1))
                .body("digest", notNullValue())
                .body("declaredBy", equalTo("principal/operator"))
                .body("credentials.secretKey.file", equalTo("east-secret"))
                .body("warnings", empty())
                .extract()
                .path("id");
        assertThat(probes()).as("what the test wrote is gone").isEmpty();

        put("repositories/life", document).then().statusCode(200).header("ETag", "\"1\"");
        put(
                        "repositories/life",
                        document
                                + "readCredentials: {accessKey: {file: east-access}, secretKey: {file: east-secret}}\n")
                .then()
                .statusCode(200)
                .header("ETag", "\"2\"")
                .body("id", equalTo(id))
                .body("warnings.code", hasItem("repository.read-credentials-can-write"));

        get("repositories/life").then().statusCode(200).body("version", equalTo(2));
        get("repositories").then().statusCode(200).body("items.name", hasItem("life"));
        delete("repositories/life").then().statusCode(204);
        get("repositories/life").then().statusCode(404).body("code", equalTo("repository.not-found"));

        put("repositories/life", document)
                .then()
                .statusCode(201)
                .header("ETag", "\"4\"")
                .body("id", not(equalTo(id)));

        List<JsonNode> events = SpokenEvents.of("lifeboat.fleet", "repository/life", heard -> heard.size() >= 4);
        assertThat(events)
                .extracting(event -> event.path("type").asText(), event -> event.path("version")
                        .asInt())
                .containsExactly(
                        tuple("dev.lifeboat.repository.declared.v1", 1),
                        tuple("dev.lifeboat.repository.changed.v1", 2),
                        tuple("dev.lifeboat.repository.removed.v1", 3),
                        tuple("dev.lifeboat.repository.declared.v1", 4));
        assertThat(events.toString()).doesNotContain(EAST.secretKey());
        List<JsonNode> audit = SpokenEvents.of("lifeboat.audit", "repository/life", heard -> heard.size() >= 4);
        assertThat(audit)
                .extracting(event -> event.path("data").path("action").asText())
                .containsExactly(
                        "repository.declared", "repository.changed", "repository.removed", "repository.declared");
        assertThat(audit.get(1).path("data").path("oldDigest").asText())
                .isEqualTo(audit.get(0).path("data").path("newDigest").asText());
        assertThat(audit.get(1).path("actor").asText()).isEqualTo("principal/operator");
    }

    @Test
    void theFleetIsSaidAgainOnRequestAtTheVersionsThatItHas() {
        put("repositories/again?test=false", FleetRequests.repository("again"))
                .then()
                .statusCode(201);
        as(Roles.VIEWER).post("/api/v1/fleet/announcements").then().statusCode(403);

        as(Roles.OPERATOR)
                .post("/api/v1/fleet/announcements")
                .then()
                .statusCode(200)
                .body("repositories", greaterThan(0));

        List<JsonNode> events = SpokenEvents.of("lifeboat.fleet", "repository/again", heard -> heard.size() >= 2);
        assertThat(events)
                .extracting(event -> event.path("type").asText(), event -> event.path("version")
                        .asInt())
                .containsExactly(
                        tuple("dev.lifeboat.repository.declared.v1", 1),
                        tuple("dev.lifeboat.repository.changed.v1", 1));
    }

    @Test
    void aMissingBucketIsOneClearError() {
        put(
                        "repositories/a",
                        FleetRequests.repository("a").replace("bucket: " + EAST.bucket(), "bucket: no-such-bucket"))
                .then()
                .statusCode(422)
                .body("code", equalTo("store.bucket-missing"));
        get("repositories/a").then().statusCode(404);
    }

    @Test
    void aWrongKeyIsOneClearError() {
        ServiceParts.secret("wrong-secret", "not-the-key");
        String answer = put("repositories/b", FleetRequests.repository("b").replace("east-secret", "wrong-secret"))
                .then()
                .statusCode(422)
                .body("code", equalTo("store.credentials-wrong"))
                .extract()
                .asString();
        assertThat(answer).doesNotContain("not-the-key");
    }

    @Test
    void anUntrustedCertificateIsOneClearError() {
        put("repositories/c", FleetRequests.repository("c").replaceAll("caFile: .*\n", ""))
                .then()
                .statusCode(422)
                .body("code", equalTo("store.certificate-untrusted"));
    }

    @Test
    void anAuthorityThatIsNoCertificateIsOneClearError() throws IOException {
        Path file = Files.writeString(Files.createTempFile("ca", ".pem"), "not a certificate");
        put("repositories/d", FleetRequests.repository("d").replaceAll("caFile: .*", "caFile: " + file))
                .then()
                .statusCode(422)
                .body("code", equalTo("repository.ca-file-unusable"));
        Files.delete(file);
    }

    @Test
    void aStoreThatIsAwayIsOneClearErrorAndTheTestCanBeLeftOut() {
        String away =
                FleetRequests.repository("e").replaceAll("endpoint: .*", "endpoint: https://localhost:" + Ports.free());
        put("repositories/e", away).then().statusCode(422).body("code", equalTo("store.unreachable"));
        put("repositories/e?test=false", away)
                .then()
                .statusCode(201)
                .body("warnings.code", hasItem("connection.not-tested"));
    }

    @Test
    void aSecretThatMayNotBeReadIsRefusedBeforeAnythingIsAsked() throws IOException {
        Files.createSymbolicLink(ServiceParts.secretsDirectory().resolve("linked"), Path.of("/etc/hostname"));
        put(
                        "repositories/f",
                        FleetRequests.repository("f")
                                .replace("{file: east-access}", "{env: QUARKUS_DATASOURCE_PASSWORD}"))
                .then()
                .statusCode(400)
                .body("errors.code", hasItem("secret.outside-allow-list"))
                .body("errors.pointer", hasItem("/credentials/accessKey"));
        put("repositories/f", FleetRequests.repository("f").replace("east-access", "../principals.json"))
                .then()
                .statusCode(400)
                .body("errors.code", hasItem("secret.outside-allow-list"));
        put("repositories/f", FleetRequests.repository("f").replace("east-access", "linked"))
                .then()
                .statusCode(400)
                .body("errors.code", hasItem("secret.not-a-plain-file"));
        put("repositories/f", FleetRequests.repository("f").replace("east-access", "nowhere"))
                .then()
                .statusCode(400)
                .body("errors.code", hasItem("secret.not-found"));
    }

    @Test
    void aRepositoryInUseCannotBeRemovedAndItsUsersAreNamed() {
        put("repositories/used", FleetRequests.repository("used")).then().statusCode(201);
        put("clusters/user-of-it", FleetRequests.cluster("user-of-it", "used"))
                .then()
                .statusCode(201);

        delete("repositories/used")
                .then()
                .statusCode(409)
                .body("code", equalTo("repository.in-use"))
                .body("found", equalTo("user-of-it"));

        delete("clusters/user-of-it?confirm=user-of-it").then().statusCode(204);
        delete("repositories/used").then().statusCode(204);
    }

    @Test
    void onlyOperatorsDeclareAndOnlyPrincipalsRead() {
        for (String role : List.of(Roles.VIEWER, Roles.AUDITOR, Roles.APPROVER, Roles.SERVICE)) {
            as(role).contentType(FleetRequests.YAML)
                    .body(FleetRequests.repository("g"))
                    .put("/api/v1/repositories/g")
                    .then()
                    .statusCode(403);
            as(role).delete("/api/v1/repositories/g").then().statusCode(403);
            as(role).get("/api/v1/repositories").then().statusCode(200);
        }
        RestAssured.get("/api/v1/repositories").then().statusCode(401);
    }

    @Test
    void longListsComeInPages() {
        for (String name : List.of("page-1", "page-2", "page-3")) {
            put("repositories/" + name + "?test=false", FleetRequests.repository(name))
                    .then()
                    .statusCode(201);
        }
        String next =
                get("repositories?limit=1").then().statusCode(200).extract().path("next");
        assertThat(next).isNotNull();
        Stream<String> all = Stream.of();
        while (next != null) {
            var page = get("repositories?limit=2&cursor=" + next)
                    .then()
                    .statusCode(200)
                    .extract();
            all = Stream.concat(all, page.<List<String>>path("items.name").stream());
            next = page.path("next");
        }
        assertThat(all).contains("page-2", "page-3").isSorted();
        get("repositories?limit=0").then().statusCode(400);
        get("repositories?cursor=x").then().statusCode(400);
    }

    private static List<Path> probes() throws IOException {
        try (Stream<Path> objects = Files.walk(EAST.objects(EAST.bucket()))) {
            return objects.filter(path -> path.getFileName().toString().startsWith("lifeboat-probe-"))
                    .toList();
        }
    }
}
