package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows that were committed before the target are there, and rows after it are not. The source was promoted after its backup:
 * rows 1 and 2 of {@code t} lie on the first timeline, 3 to 5 on the second, 5 in the open segment.
 */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class PhysicalPointInTimeIT {
    private static PhysicalStory story;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);

    @BeforeEach
    void tellOnce() throws Exception {
        story = PhysicalStory.shared(events);
    }

    private interface OfTheStory extends Function<PhysicalStory, Map<String, Object>> {}

    static Stream<Arguments> targets() {
        return Stream.of(
                target(it -> Map.of("type", "time", "value", it.afterOne().toString()), "1", 2),
                target(it -> Map.of("type", "xid", "value", it.two()), "1 2", 2),
                target(it -> Map.of("type", "lsn", "value", it.afterTwo()), "1 2", 2),
                target(it -> Map.of("type", "name", "value", PhysicalStory.BEFORE_FOUR), "1 2 3", 2),
                target(it -> Map.of("type", "latest"), "1 2 3 4 5", 2),
                target(it -> Map.of("type", "latest", "timeline", 1), "1 2", 1));
    }

    @ParameterizedTest(name = "rows {1}")
    @MethodSource("targets")
    void whatWasCommittedBeforeIsThereAndWhatCameAfterIsNot(OfTheStory asked, String rows, int timeline)
            throws Exception {
        Map<String, Object> target = asked.apply(story);
        boolean rare = target.get("type").equals("xid") || target.containsKey("timeline");
        assumeTrue(!rare || Boolean.getBoolean("lifeboat.soak"), "make soak goes to the rarer targets, too");

        Replayed replayed = replay(target);
        RecoveryEnded ended = replayed.ended();

        assertThat(replayed.rows()).isEqualTo(rows);
        boolean latest = target.get("type").equals("latest");
        assertThat(ended.reached().timeline()).isEqualTo(timeline);
        assertThat(ended.reached().atTarget()).isEqualTo(latest ? null : Boolean.TRUE);
        assertThat(ended.reached().sought().timeline()).isEqualTo(timeline);
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        assertThat(ended.tornDown().left()).isEmpty();
    }

    @Test
    void aDrawnMomentIsReachedAsOneThatWasChosen() throws Exception {
        Replayed replayed = replay(Map.of("type", "random", "seed", 7));
        Target drawn = replayed.ended().reached().sought();

        assertThat(drawn.seed()).isEqualTo(7);
        assertThat(replayed.ended().reached().atTarget()).isTrue();
        Instant moment = Instant.parse(drawn.value());
        List<String> rows = List.of(replayed.rows().split(" ", -1));
        assertThat(rows)
                .containsAll(story.committedBefore(moment))
                .doesNotContainAnyElementsOf(story.begunAfter(moment));
    }

    @Test
    void whatCannotBeReachedIsRefusedAndADrawnMomentLiesInside() {
        refused(Map.of("type", "time", "value", Instant.now().plusSeconds(60).toString()), "target.outside-window");
        refused(Map.of("type", "lsn", "value", story.backup().startLsn()), "target.outside-window");
        refused(Map.of("type", "lsn", "value", "FF/0"), "target.outside-window");
        refused(Map.of("type", "latest", "timeline", 7), "target.timeline-unknown");

        assertThat(Instant.parse(plan(Map.of("type", "random", "seed", 42)).getString("aim.sought.value")))
                .isAfter(story.backup().completedAt());
        assertThat(plan(Map.of("type", "lsn", "value", story.afterTwo())).getString("aim.endLsn"))
                .isEqualTo(story.afterTwo());
    }

    private record Replayed(String rows, RecoveryEnded ended) {}

    private Replayed replay(Map<String, Object> target) throws Exception {
        String drill = Api.drill(body(target));
        SandboxReady ready = verifier.awaitReady(story.cluster(), drill, 1);
        String rows;
        try (Connection copy = verifier.connect(ready, "postgres")) {
            rows = CommittedStory.rows(copy);
        }
        verifier.checked(ready);
        return new Replayed(
                rows, events.await(Topic.RECOVERIES, story.cluster(), RecoveryEnded.class, each -> each.recoveryId()
                        .toString()
                        .equals(drill)));
    }

    private static JsonPath plan(Map<String, Object> target) {
        return Api.as(Roles.OPERATOR)
                .body(body(target))
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static void refused(Map<String, Object> target, String code) {
        JsonPath problem = Api.as(Roles.OPERATOR)
                .body(body(target))
                .post("/api/v1/plans")
                .then()
                .statusCode(409)
                .extract()
                .jsonPath();
        assertThat(problem.getString("code")).isEqualTo(code);
    }

    private static Map<String, Object> body(Map<String, Object> target) {
        return Map.of("cluster", story.cluster(), "kind", "point-in-time", "method", "physical", "target", target);
    }

    private static Arguments target(OfTheStory asked, String rows, int timeline) {
        return Arguments.of(asked, rows, timeline);
    }
}
