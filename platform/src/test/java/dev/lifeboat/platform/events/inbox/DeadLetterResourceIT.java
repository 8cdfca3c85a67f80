package dev.lifeboat.platform.events.inbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.lifeboat.platform.RealParts;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.TestConsumer;
import dev.lifeboat.platform.events.TestEvents;
import dev.lifeboat.platform.events.TestKafka;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Looking after dead letters by HTTP. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class DeadLetterResourceIT {
    private static final String LETTERS = "/api/v1/dead-letters";

    @Inject
    Database database;

    @Inject
    TestConsumer consumer;

    private final String key = "cluster/" + UUID.randomUUID();

    @Test
    void anOperatorReplaysWhatAMendedConsumerCanTake() {
        consumer.mend(false);
        UUID backup = UUID.randomUUID();
        byte[] event = TestEvents.started("bug", backup, 1).bytes();
        String id = letterFrom(event);

        as("operator")
                .get(LETTERS + "/" + id)
                .then()
                .statusCode(200)
                .body("state", equalTo("open"))
                .body("code", equalTo("event.consumer-failed"))
                .body("consumer", equalTo(TestConsumer.NAME))
                .body("key", equalTo(key))
                .body("event", equalTo(Base64.getEncoder().encodeToString(event)));
        as("operator")
                .post(LETTERS + "/" + id + "/replay")
                .then()
                .statusCode(409)
                .body("code", equalTo("dead-letter.consumer-fails"));
        consumer.mend(true);
        as("operator")
                .post(LETTERS + "/" + id + "/replay")
                .then()
                .statusCode(200)
                .body("state", equalTo("replayed"))
                .body("closedBy", equalTo("principal/operator"))
                .body("closedAt", notNullValue());
        as("operator")
                .post(LETTERS + "/" + id + "/replay")
                .then()
                .statusCode(409)
                .body("code", equalTo("dead-letter.closed"));
    }

    @Test
    void whatNobodyWillEverReadIsDismissedWithAReason() {
        String id = letterFrom("{".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        as("operator")
                .post(LETTERS + "/" + id + "/replay")
                .then()
                .statusCode(409)
                .body("code", equalTo("dead-letter.still-unreadable"));
        as("operator")
                .contentType(ContentType.JSON)
                .body("{\"reason\":\" \"}")
                .post(LETTERS + "/" + id + "/dismiss")
                .then()
                .statusCode(400);
        as("operator")
                .contentType(ContentType.JSON)
                .body("{\"reason\":\"half a message\"}")
                .post(LETTERS + "/" + id + "/dismiss")
                .then()
                .statusCode(200)
                .body("state", equalTo("dismissed"))
                .body("closingReason", equalTo("half a message"));
    }

    @Test
    void theListIsReadPageByPage() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(letterFrom(("{" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8), i + 1));
        }

        List<String> read = new ArrayList<>();
        String cursor = null;
        do {
            RequestSpecification request = as("operator").queryParam("limit", 2).queryParam("state", "all");
            var page = (cursor == null ? request : request.queryParam("cursor", cursor)).get(LETTERS);
            page.then().statusCode(200);
            read.addAll(page.jsonPath().getList("items.findAll { it.key == '" + key + "' }.id", String.class));
            cursor = page.jsonPath().getString("next");
        } while (cursor != null);

        assertThat(read).containsExactlyElementsOf(all);
    }

    @Test
    void onlyAnOperatorLooksAfterThem() {
        given().get(LETTERS).then().statusCode(401);
        as("viewer").get(LETTERS).then().statusCode(403);
        as("operator").get(LETTERS).then().statusCode(200).body("items", notNullValue());
    }

    @Test
    void mistakesAreNamed() {
        as("operator")
                .queryParam("state", "lost")
                .get(LETTERS)
                .then()
                .statusCode(400)
                .body("errors.pointer", contains("/state"));
        as("operator").get(LETTERS + "/7").then().statusCode(400);
        as("operator")
                .get(LETTERS + "/" + UUID.randomUUID())
                .then()
                .statusCode(404)
                .body("code", equalTo("dead-letter.not-found"))
                .body("event", nullValue());
    }

    private String letterFrom(byte[] event) {
        return letterFrom(event, 1);
    }

    private String letterFrom(byte[] event, int expected) {
        try (TestKafka kafka = new TestKafka()) {
            kafka.send("lifeboat.backups", key, event);
        }
        await().untilAsserted(() -> assertThat(letters()).hasSize(expected));
        return letters().getLast();
    }

    private List<String> letters() {
        return database.inTransaction(handle -> DeadLetterTable.list(handle, null, null, 500)).stream()
                .filter(letter -> key.equals(letter.key()))
                .map(letter -> letter.id().toString())
                .toList();
    }

    private static RequestSpecification as(String role) {
        return given().header("Authorization", "Bearer " + RealParts.token(role));
    }
}
