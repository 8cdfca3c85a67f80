package dev.lifeboat.restore.it;

import static io.restassured.RestAssured.given;

import dev.lifeboat.platform.auth.Roles;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
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

    static JsonPath awaitState(String drill, String state) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> get(drill), found -> {
                    String now = found.getString("state");
                    if (ENDED.contains(now) && !now.equals(state)) {
                        throw new AssertionError("wanted " + state + ", found " + found.prettify());
                    }
                    return now.equals(state);
                });
    }

    /** Waits until an attempt's sandbox is up, or the drill has ended without. */
    static JsonPath awaitReady(String drill, int attempt) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> get(drill),
                        found -> ENDED.contains(found.getString("state"))
                                || (found.getInt("attempt") == attempt
                                        && found.getList("phases.name", String.class)
                                                .contains("verifying")));
    }

    static JsonPath awaitEnd(String drill) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> get(drill), found -> ENDED.contains(found.getString("state")));
    }
}
