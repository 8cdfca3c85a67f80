package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.ServiceParts;
import dev.lifeboat.platform.auth.Roles;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The recovery window of a server that really archives, in the service as it is wired. */
@QuarkusTest
@QuarkusTestResource(ServiceParts.class)
class RecoveryWindowIT {
    private static WindowStage stage;

    @BeforeAll
    static void start() {
        stage = new WindowStage("windowed");
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
        WindowStage.as(Roles.VIEWER)
                .get("/api/v1/clusters/nobody/recovery-window")
                .then()
                .statusCode(404);
    }
}
