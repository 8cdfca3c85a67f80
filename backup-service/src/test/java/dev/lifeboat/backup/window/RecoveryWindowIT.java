package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.backup.SpokenEvents;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.Stream;
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
        assertThat(whole.at("/windows/0/backups/0").asText()).isEqualTo(backup);
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

        audit();
        JsonNode found = last("dev.lifeboat.wal.gap-found.v1");
        assertThat(found.at("/data/fromLsn").asText())
                .isEqualTo(holed.at("/gaps/0/from").asText());
        assertThat(found.at("/data/reason").asText()).isEqualTo("wal.object-missing");
        audit();
        stage.copy("kept/one", first);
        audit();

        assertThat(last("dev.lifeboat.wal.gap-closed.v1").at("/data/reason").asText())
                .isEqualTo("wal.gap-filled");
        assertThat(said().filter(event -> event.path("type").asText().contains("gap")))
                .hasSize(2);
        assertThat(stage.window().path("gaps")).isEmpty();
        WindowStage.as(Roles.VIEWER)
                .get("/api/v1/clusters/nobody/recovery-window")
                .then()
                .statusCode(404);
    }

    private static void audit() {
        WindowStage.as(Roles.OPERATOR)
                .post("/api/v1/clusters/windowed/recovery-window/audits")
                .then()
                .statusCode(202);
    }

    /** Waits until such an event was said. */
    private static JsonNode last(String type) {
        return SpokenEvents.of("lifeboat.wal", "cluster/windowed", heard -> heard.stream()
                        .anyMatch(event -> event.path("type").asText().equals(type)))
                .stream()
                .filter(event -> event.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<JsonNode> said() {
        return SpokenEvents.of(
                "lifeboat.wal",
                "cluster/windowed",
                heard -> heard.stream()
                                .filter(event -> event.path("type").asText().contains("gap"))
                                .count()
                        >= 2)
                .stream();
    }
}
