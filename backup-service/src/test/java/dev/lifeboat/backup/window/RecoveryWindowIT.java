package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The recovery window of a server that really archives, in the service as it is wired. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class RecoveryWindowIT {
    private static WindowStage stage;

    @BeforeAll
    static void start() {
        stage = WindowStage.shared();
    }

    @Test
    void theWindowIsWhatTheStoreHoldsAndADeletedSegmentIsAGap() {
        stage.declare();
        String backup = stage.backup();
        String first = stage.archived(stage.fillSegment());
        String second = stage.archived(stage.fillSegment());

        JsonNode whole = stage.window();
        assertThat(whole.path("state").asText()).isEqualTo("known");
        assertThat(whole.path("windows")).hasSize(1);
        assertThat(whole.at("/windows/0/backups")).extracting(JsonNode::asText).contains(backup);
        assertThat(whole.at("/backups/0/usable").asBoolean()).isTrue();
        assertThat(whole.path("gaps")).isEmpty();
        assertThat(whole.path("segmentBytes").asLong()).isEqualTo(16L << 20);
        assertThat(whole.at("/newest/met").asBoolean()).isTrue();
        assertThat(whole.at("/newest/approximate").asBoolean()).isTrue();

        stage.copy(first, "kept/one");
        stage.delete(first);

        JsonNode holed = stage.window();
        assertThat(holed.path("gaps")).singleElement().satisfies(gap -> {
            assertThat(gap.path("segments").asInt()).isEqualTo(1);
            assertThat(first).contains("/" + gap.path("firstSegment").asText() + "-");
            assertThat(gap.path("reason").asText()).isEqualTo("missing");
        });
        assertThat(holed.at("/windows/0/to/lsn").asText())
                .isEqualTo(holed.at("/gaps/0/from").asText());
        assertThat(second).isNotEqualTo(first);

        String from = holed.at("/gaps/0/from").asText();
        audit();
        assertThat(told(from, 1)).singleElement().satisfies(found -> {
            assertThat(found.path("type").asText()).isEqualTo("dev.lifeboat.wal.gap-found.v1");
            assertThat(found.at("/data/reason").asText()).isEqualTo("wal.object-missing");
        });
        audit();
        stage.copy("kept/one", first);
        audit();

        assertThat(told(from, 2)).hasSize(2).last().satisfies(closed -> {
            assertThat(closed.path("type").asText()).isEqualTo("dev.lifeboat.wal.gap-closed.v1");
            assertThat(closed.at("/data/reason").asText()).isEqualTo("wal.gap-filled");
        });
        assertThat(stage.window().path("gaps")).isEmpty();
        WindowStage.as(Roles.VIEWER)
                .get("/api/v1/clusters/nobody/recovery-window")
                .then()
                .statusCode(404);
    }

    @Test
    void aSegmentThatWasChangedInTheStoreIsFoundAndNamed() {
        stage.declare();
        stage.backup();
        String key = stage.archived(stage.fillSegment());
        stage.archived(stage.fillSegment());
        stage.damage(key);

        audit();

        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(stage.window().path("unusable")).anySatisfy(object -> {
                assertThat(object.path("key").asText()).isEqualTo(key);
                assertThat(object.path("reason").asText()).isEqualTo("damaged");
            });
        });
        assertThat(stage.window().path("gaps")).anySatisfy(gap -> {
            assertThat(key).contains("/" + gap.path("firstSegment").asText() + "-");
            assertThat(gap.path("reason").asText()).isEqualTo("damaged");
        });
        stage.mend(key);
        assertThat(stage.window().path("unusable")).isEmpty();
    }

    private static void audit() {
        WindowStage.as(Roles.OPERATOR)
                .post("/api/v1/clusters/windowed/recovery-window/audits")
                .then()
                .statusCode(202);
    }

    /** Waits until so many events were said of the gap that begins there. */
    private static List<JsonNode> told(String from, int events) {
        return SpokenEvents.of(
                        "lifeboat.wal",
                        "cluster/windowed",
                        heard -> of(heard, from).size() >= events)
                .stream()
                .filter(event -> ofGap(event, from))
                .toList();
    }

    private static List<JsonNode> of(List<JsonNode> heard, String from) {
        return heard.stream().filter(event -> ofGap(event, from)).toList();
    }

    private static boolean ofGap(JsonNode event, String from) {
        return event.path("type").asText().contains("gap")
                && event.at("/data/fromLsn").asText().equals(from);
    }
}
