package dev.lifeboat.restore.it;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.local.api.LifeboatApi;
import dev.lifeboat.platform.auth.Roles;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** restore-service over HTTP. */
final class Api {
    static final List<String> ENDED = List.of("completed", "failed", "cancelled");

    private Api() {}

    static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + RealParts.token(role))
                .contentType(ContentType.JSON);
    }

    /** Asks for a drill as soon as the declaration has arrived. */
    static String drill(Map<String, Object> body) {
        awaitCluster(body);
        return request(body).statusCode(202).extract().path("id");
    }

    static ValidatableResponse request(Map<String, Object> body) {
        return as(Roles.OPERATOR).body(body).post("/api/v1/drills").then();
    }

    private static void awaitCluster(Map<String, Object> body) {
        Map<String, Object> probe = new java.util.HashMap<>(body);
        probe.put("repository", "no-such");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> request(probe).extract().statusCode() == 400);
    }

    static JsonPath get(String drill) {
        return as(Roles.VIEWER)
                .get("/api/v1/drills/" + drill)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /**
     * A drill as it is now. Who looks often looks here: a path of {@link #get} is compiled each time that it is asked for, which
     * takes more from the processors than a drill that is waited for.
     */
    static JsonNode now(String drill) {
        return LifeboatApi.of(URI.create("http://localhost:" + RestAssured.port), RealParts.token(Roles.VIEWER))
                .get("restore", "/api/v1/drills/" + drill)
                .expect(200)
                .body();
    }

    /** Whether the drill has begun this phase by now, or had begun it. */
    static boolean cameTo(JsonNode drill, String phase) {
        return drill.path("phases").findValuesAsText("name").contains(phase);
    }

    static JsonPath awaitState(String drill, String state) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    JsonNode found = now(drill);
                    String now = found.path("state").asText();
                    if (ENDED.contains(now) && !now.equals(state)) {
                        throw new AssertionError("wanted " + state + ", found " + found.toPrettyString());
                    }
                    return now.equals(state);
                });
        return get(drill);
    }

    /** Waits until an attempt's sandbox is up, or the drill has ended without. */
    static JsonPath awaitReady(String drill, int attempt) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> now(drill),
                        found -> ENDED.contains(found.path("state").asText())
                                || (found.path("attempt").asInt() == attempt && cameTo(found, "verifying")));
        return get(drill);
    }

    static JsonPath awaitEnd(String drill) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> ENDED.contains(now(drill).path("state").asText()));
        return get(drill);
    }
}
