package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
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
    private static final String POINT = "before four";

    private static Story story;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);

    private record Story(
            String cluster,
            PhysicalShop source,
            BackupCompleted backup,
            Instant afterOne,
            String two,
            String afterTwo) {}

    @BeforeEach
    void tellOnce() throws Exception {
        if (story != null) {
            return;
        }
        Shop shop = Shop.shared();
        String cluster = "phpitr-" + Long.toHexString(System.nanoTime());
        UUID clusterId = shop.declare(events, cluster, List.of());
        PhysicalShop source = PhysicalShop.start();
        source.inASegment("create table t (id int primary key)");
        source.copyFiles();
        BackupCompleted backup = source.store(events, shop, cluster, clusterId);
        Instant consistent =
                backup.completedAt().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> now(source).isAfter(consistent));
        source.server().execute("postgres", "insert into t values (1)");
        Instant afterOne = now(source);
        String two = source.text("insert into t values (2) returning pg_current_xact_id()::text");
        String afterTwo = source.text("select pg_current_wal_insert_lsn()::text");
        source.branchOff();
        source.inASegment("insert into t values (3)");
        source.text("select pg_create_restore_point('" + POINT + "')");
        source.server().execute("postgres", "insert into t values (4)", "insert into t values (5)");
        source.storeWal(shop, cluster, clusterId);
        story = new Story(cluster, source, backup, afterOne, two, afterTwo);
    }

    private interface OfTheStory extends Function<Story, Map<String, Object>> {}

    static Stream<Arguments> targets() {
        return Stream.of(
                target(it -> Map.of("type", "time", "value", it.afterOne().toString()), "1", 2),
                target(it -> Map.of("type", "xid", "value", it.two()), "1 2", 2),
                target(it -> Map.of("type", "name", "value", POINT), "1 2 3", 2),
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

        String drill = Api.drill(body(target));
        SandboxReady ready = verifier.awaitReady(story.cluster(), drill, 1);
        try (Connection copy = verifier.connect(ready, "postgres");
                ResultSet found = copy.createStatement()
                        .executeQuery("select coalesce(string_agg(id::text, ' ' order by id), '') from t")) {
            found.next();
            assertThat(found.getString(1)).isEqualTo(rows);
        }
        verifier.checked(ready);
        RecoveryEnded ended =
                events.await(Topic.RECOVERIES, story.cluster(), RecoveryEnded.class, each -> each.recoveryId()
                        .toString()
                        .equals(drill));

        boolean latest = target.get("type").equals("latest");
        assertThat(ended.reached().timeline()).isEqualTo(timeline);
        assertThat(ended.reached().atTarget()).isEqualTo(latest ? null : Boolean.TRUE);
        assertThat(ended.reached().sought().timeline()).isEqualTo(timeline);
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        assertThat(ended.tornDown().left()).isEmpty();
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

    private static Instant now(PhysicalShop source) throws Exception {
        return OffsetDateTime.parse(source.text(
                        "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))
                .toInstant();
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
