package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that were committed before the target are there, and rows after it are not. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class PointInTimeDrillIT {
    private static CommittedStory story;

    @ConfigProperty(name = "lifeboat.services.backup.url")
    String pinServer;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);

    @BeforeEach
    void tellOnce() throws Exception {
        story = CommittedStory.shared(events);
    }

    private interface OfTheStory extends Function<CommittedStory, Map<String, Object>> {}

    static Stream<Arguments> targets() {
        return Stream.of(
                target("time", it -> Map.of("value", it.afterOne().toString()), "1", "before commit"),
                target("lsn", it -> Map.of("value", it.afterTwo()), "1 2", "after lsn"),
                target("lsn", it -> Map.of("value", it.afterTwo(), "inclusive", false), "1 2", "before lsn"),
                target("xid", it -> Map.of("value", it.two(), "timeline", 1), "1 2", "after commit"),
                target("xid", it -> Map.of("value", it.two(), "inclusive", false), "1", "before commit"),
                target("name", it -> Map.of("value", CommittedStory.BEFORE_FOUR), "1 2 3", "after restore-point"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("targets")
    void whatWasCommittedBeforeIsThereAndWhatCameAfterIsNot(String type, OfTheStory more, String rows, String stopped)
            throws Exception {
        assumeTrue(
                List.of("before lsn", "after restore-point").contains(stopped) || Boolean.getBoolean("lifeboat.soak"),
                "make soak also goes to transactions, and to the other side of a position");
        Map<String, Object> asked = new HashMap<>(more.apply(story));
        asked.put("type", type);

        RecoveryEnded ended =
                run(asked, copy -> assertThat(CommittedStory.rows(copy)).isEqualTo(rows));

        Reached reached = ended.reached();
        assertThat(reached.atTarget()).isTrue();
        assertThat(reached.stop().side() + " " + reached.stop().what()).isEqualTo(stopped);
        assertThat(reached.sought())
                .isEqualTo(new Target(type, (String) asked.get("value"), (Boolean) asked.get("inclusive"), 1, null));
        assertThat(reached.timeline()).isEqualTo(1);
        assertThat(reached.lsn()).isNotNull();
        assertThat(ended.target().type()).isEqualTo(type);
        assertThat(ended.rpo().measured()).isNull();
        assertThat(ended.rto().measured()).isPositive();
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        switch (type) {
            case "time" -> {
                assertThat(reached.lastCommitAt())
                        .isBeforeOrEqualTo(Instant.parse(reached.sought().value()));
                assertThat(reached.stop().at())
                        .isAfter(Instant.parse(reached.sought().value()));
            }
            case "xid" -> assertThat(reached.stop().xid()).isEqualTo(Long.parseLong(story.two()));
            case "name" -> assertThat(reached.stop().name()).isEqualTo(CommittedStory.BEFORE_FOUR);
            default -> assertThat(reached.stop().lsn()).isNotNull();
        }
    }

    @Test
    void theMarkersBeforeTheTargetAreThereAndThoseAfterItAreNot() throws Exception {
        Marker before = story.marked().getFirst();
        Marker after = story.marked().getLast();
        io.restassured.RestAssured.given()
                .body(EventJson.mapper().writeValueAsBytes(Map.of("before", before, "after", after)))
                .put(pinServer + "/steer/markers/" + story.source().clusterId());

        RecoveryEnded ended = run(
                Map.of("type", "time", "value", story.afterOne().toString()),
                copy -> assertThat(CommittedStory.rows(copy)).isEqualTo("1"));

        Markers markers = ended.reached().markers();
        assertThat(markers).isEqualTo(new Markers(1, before.writtenAt(), before, true, after, false, null));
        assertThat(before.returnedAt()).isBeforeOrEqualTo(story.afterOne());
        assertThat(after.writtenAt()).isAfterOrEqualTo(story.afterOne());
    }

    @Test
    void theLatestIsTheLastArchivedCommit() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak: every restore-test goes to the latest, too");
        RecoveryEnded ended = run(Map.of("type", "latest"), copy -> assertThat(CommittedStory.rows(copy))
                .isEqualTo("1 2 3 4 5"));

        assertThat(ended.reached().stop()).isNull();
        assertThat(ended.reached().sought().timeline()).isEqualTo(1);
        assertThat(ended.rpo().measured()).isPositive();
    }

    @Test
    void aDrawnMomentIsDrawnAgainFromItsSeed() throws Exception {
        String moment = plan(Map.of("type", "random", "seed", 42)).getString("aim.sought.value");

        RecoveryEnded ended = run(Map.of("type", "random", "seed", 42), copy -> assertThat(CommittedStory.rows(copy))
                .isEqualTo(committedUpTo(moment)));

        assertThat(moment).isNotNull();
        assertThat(ended.target()).isEqualTo(new Target("random", null, null, null, 42L));
        assertThat(ended.reached().sought()).isEqualTo(new Target("random", moment, null, 1, 42L));
        // Without one, a seed is drawn and told.
        assertThat(plan(Map.of("type", "random")).getLong("aim.sought.seed")).isPositive();
    }

    @Test
    void whatLiesOutsideIsRefusedWithTheNearestMomentsThatWork() {
        Instant backup = story.backup().completedAt();
        for (String moment :
                List.of(backup.toString(), Instant.now().plusSeconds(60).toString())) {
            refused(Map.of("type", "time", "value", moment), "target.outside-window");
        }
        refused(Map.of("type", "lsn", "value", story.backup().startLsn()), "target.outside-window");
        refused(Map.of("type", "lsn", "value", "FF/0"), "target.outside-window");
        refused(Map.of("type", "latest", "timeline", 7), "target.timeline-unknown");

        String shown = Api.awaitEnd(drill(Map.of("type", "time", "value", backup.toString())))
                .prettify();

        JsonPath failed = JsonPath.from(shown);
        assertThat(failed.getString("state")).isEqualTo("failed");
        assertThat(failed.getString("failure.code")).isEqualTo("target.outside-window");
        String[] nearest = failed.getString("failure.expected").split(" ", -1);
        // Both moments that it names do work.
        assertThat(plan(Map.of("type", "time", "value", nearest[1])).getString("aim.sought.value"))
                .isEqualTo(nearest[1]);
        assertThat(plan(Map.of("type", "time", "value", nearest[3])).getString("aim.sought.value"))
                .isEqualTo(nearest[3]);
    }

    @Test
    void theNewestTimelineIsFollowedUnlessAnotherIsNamed() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak branches a second source off");
        CommittedStory branched =
                CommittedStory.tell(events, Shop.shared(), "branch-" + Long.toHexString(System.nanoTime()));
        branched.source().branchOff();
        branched.source().archived("insert into t values (6)");

        RecoveryEnded newest = run(branched, Map.of("type", "latest"), copy -> assertThat(CommittedStory.rows(copy))
                .isEqualTo("1 2 3 4 5 6"));
        RecoveryEnded first =
                run(branched, Map.of("type", "latest", "timeline", 1), copy -> assertThat(CommittedStory.rows(copy))
                        .isEqualTo("1 2 3 4 5"));

        assertThat(newest.reached().sought().timeline()).isEqualTo(2);
        assertThat(newest.reached().timeline()).isEqualTo(2);
        assertThat(first.reached().sought().timeline()).isEqualTo(1);
        assertThat(first.reached().timeline()).isEqualTo(1);
    }

    @Test
    void aTransactionThatIsNotInTheArchiveIsAFinding() {
        JsonPath shown = Api.awaitEnd(drill(Map.of("type", "xid", "value", "4000000")));

        assertThat(shown.getString("state")).as(shown.prettify()).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("target.not-reached");
        assertThat(shown.getList("tornDown.left")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"planning", "restoring", "replaying"})
    void itCanBeCalledOffInEachPhase(String phase) {
        assumeTrue(
                phase.equals("replaying") || Boolean.getBoolean("lifeboat.soak"),
                "make soak calls it off in the phases that other drills have, too");
        String drill = drill(Map.of("type", "name", "value", CommittedStory.BEFORE_FOUR));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Api.cameTo(Api.now(drill), phase));

        Api.as(Roles.OPERATOR).delete("/api/v1/drills/" + drill).then().statusCode(202);

        JsonPath shown = Api.awaitEnd(drill);
        assertThat(shown.getString("state")).isEqualTo("cancelled");
        assertThat(shown.getBoolean("tornDown.processesGone")).isTrue();
        assertThat(shown.getList("tornDown.left")).isEmpty();
    }

    private interface Look {
        void at(Connection copy) throws Exception;
    }

    private RecoveryEnded run(Map<String, Object> target, Look look) throws Exception {
        return run(story, target, look);
    }

    private RecoveryEnded run(CommittedStory of, Map<String, Object> target, Look look) throws Exception {
        String drill = Api.drill(body(of, target));
        SandboxReady ready = verifier.awaitReady(of.cluster(), drill, 1);
        try (Connection copy = verifier.connect(ready, "postgres")) {
            look.at(copy);
        }
        verifier.checked(ready);
        return events.await(Topic.RECOVERIES, of.cluster(), RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
    }

    /** As the source itself says it. */
    private static String committedUpTo(String moment) throws Exception {
        return story.source()
                .text("select coalesce(string_agg(id::text, ' ' order by id), '') from t where at <= '" + moment + "'");
    }

    private static String drill(Map<String, Object> target) {
        return Api.drill(body(story, target));
    }

    private static JsonPath plan(Map<String, Object> target) {
        return Api.as(Roles.OPERATOR)
                .body(body(story, target))
                .post("/api/v1/plans")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static void refused(Map<String, Object> target, String code) {
        JsonPath problem = Api.as(Roles.OPERATOR)
                .body(body(story, target))
                .post("/api/v1/plans")
                .then()
                .statusCode(409)
                .extract()
                .jsonPath();
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("expected")).isNotBlank();
    }

    private static Map<String, Object> body(CommittedStory of, Map<String, Object> target) {
        return Map.of("cluster", of.cluster(), "kind", "point-in-time", "method", "pgbackrest", "target", target);
    }

    private static Arguments target(String type, OfTheStory more, String rows, String stopped) {
        return Arguments.of(type, more, rows, stopped);
    }
}
