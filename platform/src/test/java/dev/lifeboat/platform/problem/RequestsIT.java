package dev.lifeboat.platform.problem;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.auth.ServiceCallFailed;
import dev.lifeboat.platform.auth.ServiceClients;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.database.Database;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests meet: who may, what is wrong with them, and that they lead to work. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class RequestsIT {
    private static final String THING = "{\"name\":\"shop\",\"size\":\"LARGE\"}";

    @Inject
    Database database;

    @Inject
    ThingHandler handler;

    @Inject
    ServiceClients services;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # method | path                  | role     | status
            GET      | /api/v1/things        |          | 401
            GET      | /api/v1/things        | nobody   | 401
            GET      | /api/v1/things        | viewer   | 200
            GET      | /api/v1/things        | operator | 200
            GET      | /api/v1/things        | approver | 403
            POST     | /api/v1/things        | viewer   | 403
            POST     | /api/v1/things        | auditor  | 403
            POST     | /api/v1/things        | operator | 202
            PUT      | /internal/v1/things   |          | 401
            PUT      | /internal/v1/things   | operator | 403
            PUT      | /internal/v1/things   | service  | 200
            GET      | /elsewhere            |          | 401
            GET      | /elsewhere            | operator | 403
            GET      | /api/v1/nothing       |          | 401
            GET      | /api/v1/nothing       | viewer   | 404
            DELETE   | /api/v1/things        | viewer   | 405
            GET      | /q/health/live        |          | 200
            GET      | /q/health/ready       |          | 200
            GET      | /q/metrics            |          | 200
            GET      | /q/openapi            |          | 200
            """)
    void who_may_do_what(String method, String path, String role, int status) {
        RequestSpecification request = role == null ? given() : as(role);
        if (method.startsWith("P")) {
            request.contentType(ContentType.JSON).body(THING);
        }

        Response response = request.request(method, path);

        assertThat(response.statusCode()).isEqualTo(status);
        if (status >= 400) {
            response.then()
                    .contentType("application/problem+json")
                    .body("status", equalTo(status))
                    .body("code", notNullValue())
                    .body("correlationId", equalTo(response.header("X-Correlation-Id")))
                    .body("correlationId", notNullValue());
        }
        if (status == 401) {
            response.then().header("WWW-Authenticate", "Bearer").body("code", equalTo("auth.unauthenticated"));
        }
        if (status == 403) {
            response.then().body("code", equalTo("auth.forbidden"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # body                                               | code               | pointer        | expected
            {"name":"a","colour":"red"}                          | field.unknown      | /colour        | one of: due, name, owners, size
            {"name":"a","owners":[{"name":"b","age":3}]}         | field.unknown      | /owners/0/age  | one of: name, since
            {"name":"a","size":"HUGE"}                           | field.malformed    | /size          | one of: SMALL, LARGE
            {"name":"a","due":"tomorrow"}                        | field.malformed    | /due           | a time, RFC 3339, e.g. 2026-11-20T10:15:00Z
            {"name":"a","owners":[{"since":"long"}]}             | field.malformed    | /owners/0/since | a duration, ISO 8601, e.g. PT15M
            {"name":"a","owners":"b"}                            | field.malformed    | /owners        | a list
            {"name":["a"]}                                       | field.malformed    | /name          | a string
            {"name":"a"                                          | document.malformed |                |
            name: a                                              | document.malformed |                |
            """)
    void a_document_that_cannot_be_read_is_answered_with_the_place_of_the_mistake(
            String body, String code, String pointer, String expected) {
        as(Roles.OPERATOR)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/things")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:lifeboat:problem:request.invalid"))
                .body("title", equalTo("Bad Request"))
                .body("errors[0].code", equalTo(code))
                .body("errors[0].pointer", equalTo(pointer == null ? "" : pointer))
                .body("errors[0].expected", expected == null ? nullValue() : equalTo(expected))
                .body("errors[0].message", not(containsString("java")));
    }

    @Test
    void a_media_type_that_is_not_taken_is_named() {
        as(Roles.OPERATOR)
                .contentType("text/csv")
                .body("a,b")
                .post("/api/v1/things")
                .then()
                .statusCode(415)
                .contentType("application/problem+json")
                .body("code", equalTo("http.unsupported-media-type"));
    }

    @Test
    void a_problem_tells_all_that_it_knows() {
        as(Roles.VIEWER)
                .get("/api/v1/things/missing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("thing.not-found"))
                .body("detail", containsString("missing"))
                .body("hint", notNullValue())
                .body("title", equalTo("Not Found"));
    }

    @Test
    void what_nobody_expected_tells_nothing_of_itself() {
        as(Roles.VIEWER)
                .get("/api/v1/things/broken")
                .then()
                .statusCode(500)
                .contentType("application/problem+json")
                .body("code", equalTo("internal"))
                .body("correlationId", notNullValue())
                .body(not(containsString("hunter2")));
    }

    @Test
    void a_request_leads_to_work_in_the_same_story() {
        String location = as(Roles.OPERATOR)
                .header("X-Correlation-Id", "my-story")
                .contentType(ContentType.JSON)
                .body(THING)
                .post("/api/v1/things")
                .then()
                .statusCode(202)
                .header("X-Correlation-Id", "my-story")
                .extract()
                .header("Location");
        UUID id = id(location);

        await().until(() -> handler.made().containsKey(id));

        assertThat(handler.made().get(id))
                .isEqualTo(new Correlation("my-story", id.toString(), "principal/operator", null));
        await().until(() -> database.<String>inTransaction(
                        tx -> tx.select("select state from operation where id = ?", id)
                                .mapTo(String.class)
                                .one())
                .equals("ended"));
        await().until(() -> database.<Long>inTransaction(
                        tx -> tx.select("select count(*) from qrtz_job_details where job_name = ?", id.toString())
                                .mapTo(Long.class)
                                .one())
                == 0);
    }

    @Test
    void a_key_makes_a_request_happen_once() {
        String key = UUID.randomUUID().toString();

        String first = make(key, THING).then().statusCode(202).extract().header("Location");
        String again = make(key, THING).then().statusCode(202).extract().header("Location");
        String other = make(UUID.randomUUID().toString(), THING)
                .then()
                .statusCode(202)
                .extract()
                .header("Location");

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        make(key, "{\"name\":\"other\"}").then().statusCode(422).body("code", equalTo("idempotency.key-reused"));
        make("a b", THING).then().statusCode(400).body("code", equalTo("idempotency.key"));
    }

    @Test
    void lists_come_in_pages() {
        String next = as(Roles.VIEWER)
                .get("/api/v1/things?limit=3")
                .then()
                .body("items", hasItems(1, 2, 3))
                .extract()
                .path("next");

        as(Roles.VIEWER)
                .get("/api/v1/things?limit=3&cursor=" + next)
                .then()
                .body("items", equalTo(java.util.List.of(4, 5)))
                .body("next", nullValue());
        as(Roles.VIEWER).get("/api/v1/things?limit=0").then().statusCode(400).body("code", equalTo("page.limit"));
        as(Roles.VIEWER).get("/api/v1/things?cursor=!!").then().statusCode(400).body("code", equalTo("page.cursor"));
    }

    @Test
    void readiness_names_what_is_looked_at() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItems("database", "work-directory", "principals-file", "outbox"))
                .body("checks.status", not(hasItem("DOWN")));
    }

    @Test
    void one_service_calls_another_as_itself_and_understands_its_problems() throws Exception {
        var here = services.of("here");

        Map<?, ?> answer = here.put("/internal/v1/things", Map.of("name", "shop"), Map.class);

        assertThat(answer).isEqualTo(Map.of("name", "SHOP"));
        assertThatThrownBy(() -> here.put("/internal/v1/things", Map.of("nom", "shop"), Map.class))
                .isInstanceOfSatisfying(ServiceCallFailed.class, e -> {
                    assertThat(e.status()).isEqualTo(400);
                    assertThat(e.failure().code()).isEqualTo("request.invalid");
                    assertThat(e.retryable()).isFalse();
                });
        assertThatThrownBy(() -> services.of("nowhere").get("/x", Map.class))
                .isInstanceOfSatisfying(ServiceCallFailed.class, e -> {
                    assertThat(e.status()).isZero();
                    assertThat(e.failure().code()).isEqualTo("service.unreachable");
                    assertThat(e.retryable()).isTrue();
                });
    }

    private static Response make(String key, String body) {
        return as(Roles.OPERATOR)
                .header("Idempotency-Key", key)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/things");
    }

    private static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + RealParts.token(role));
    }

    private static UUID id(String location) {
        return UUID.fromString(location.substring(location.lastIndexOf('/') + 1));
    }
}
