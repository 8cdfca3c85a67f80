package dev.lifeboat.restore.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryRequested;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the interface promises, beside the drills themselves. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class DrillApiIT {
    private final Events events = new Events();
    private final Shop shop = Shop.shared();
    private final String cluster = "api-" + Long.toHexString(System.nanoTime());

    @ParameterizedTest
    @CsvSource({
        "POST,   /api/v1/drills,      viewer,  403",
        "POST,   /api/v1/drills,      auditor, 403",
        "GET,    /api/v1/drills,      viewer,  200",
        "GET,    /api/v1/drills,      auditor, 200",
        "DELETE, /api/v1/drills/0193a1d0-1100-7c44-9d22-4a6b0cf1e202, viewer, 403",
        "GET,    /api/v1/drills/0193a1d0-1100-7c44-9d22-4a6b0cf1e202, viewer, 404",
        "GET,    /api/v1/drills/no-id, viewer, 404",
        "GET,    /internal/v1/sandboxes/0193a1d0-1100-7c44-9d22-4a6b0cf1e202/credentials?attempt=1, operator, 403",
        "GET,    /internal/v1/sandboxes/0193a1d0-1100-7c44-9d22-4a6b0cf1e202/credentials?attempt=1, service,  404",
        "GET,    /internal/v1/sandboxes/0193a1d0-1100-7c44-9d22-4a6b0cf1e202/credentials, service, 400",
        "GET,    /api/v1/drills/0193a1d0-1100-7c44-9d22-4a6b0cf1e202/sandbox, operator, 404"
    })
    void everyRoleMayDoItsOwn(String method, String path, String role, int status) {
        Api.as(role).body("{}").when().request(method, path).then().statusCode(status);
    }

    @Test
    void withoutATokenNothingIsTold() {
        given().get("/api/v1/drills").then().statusCode(401).contentType("application/problem+json");
    }

    @Test
    void everyMistakeIsNamedAtOnce() {
        Api.request(Map.of("method", "tar", "keep", "long", "colour", "red"))
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors.pointer", containsInAnyOrder("/cluster", "/method", "/keep", "/colour"));
    }

    @Test
    void anUndeclaredClusterIsNotFound() {
        Api.request(Map.of("cluster", "nowhere", "method", "dump"))
                .statusCode(404)
                .body("code", equalTo("cluster.not-found"))
                .body("hint", notNullValue());
    }

    @Test
    void aRequestThatIsSentAgainIsOneDrill() {
        shop.declare(events, cluster, List.of());
        Api.drill(Map.of("cluster", cluster, "method", "dump"));
        String key = UUID.randomUUID().toString();

        ValidatableResponse first = keyed(key, "dump").statusCode(202);
        ValidatableResponse again = keyed(key, "dump").statusCode(202);

        String id = first.extract().path("id");
        again.body("id", equalTo(id)).header("Location", endsWith("/api/v1/drills/" + id));
        keyed(key, "pgbackrest").statusCode(422).body("code", equalTo("idempotency.key-reused"));
        Api.awaitEnd(id);
        assertThat(events.said(Topic.RECOVERIES, cluster, RecoveryRequested.class))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"dump", ","})
    void aBackupThatIsNeverHeardOfIsWaitedForAndThenUnknown(String method) {
        shop.declare(events, cluster, List.of());
        Map<String, Object> wanted = new HashMap<>(Map.of("cluster", cluster, "backupId", UUID.randomUUID()));
        if (method != null) {
            wanted.put("method", method);
        }

        JsonPath shown = Api.awaitEnd(Api.drill(wanted));

        assertThat(shown.getString("state")).isEqualTo("failed");
        assertThat(shown.getString("failure.code")).isEqualTo("backup.unknown");
        assertThat(shown.getString("failure.found"))
                .isEqualTo(wanted.get("backupId").toString());
        assertThat(shown.getString("method")).isEqualTo(method);
        assertThat(events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> true)
                        .method())
                .isEqualTo(method == null ? "unknown" : method);
    }

    @Test
    void drillsAreListedNewestFirstPageByPage() {
        shop.declare(events, cluster, List.of());
        String first = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        String second = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        String third = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        List.of(first, second, third).forEach(Api::awaitEnd);

        String next = Api.as(Roles.VIEWER)
                .get("/api/v1/drills?limit=2&cluster=" + cluster)
                .then()
                .statusCode(200)
                .body("items.id", equalTo(List.of(third, second)))
                .extract()
                .path("next");
        Api.as(Roles.VIEWER)
                .get("/api/v1/drills?limit=2&cluster=" + cluster + "&cursor=" + next)
                .then()
                .statusCode(200)
                .body("items.id", equalTo(List.of(first)))
                .body("next", nullValue());
        Api.as(Roles.VIEWER)
                .get("/api/v1/drills?state=completed&cluster=" + cluster)
                .then()
                .statusCode(200)
                .body("items", hasSize(0));
        Api.as(Roles.VIEWER).get("/api/v1/drills?cursor=nonsense").then().statusCode(400);
    }

    private ValidatableResponse keyed(String key, String method) {
        return Api.as(Roles.OPERATOR)
                .header("Idempotency-Key", key)
                .body(Map.of("cluster", cluster, "method", method))
                .post("/api/v1/drills")
                .then();
    }
}
