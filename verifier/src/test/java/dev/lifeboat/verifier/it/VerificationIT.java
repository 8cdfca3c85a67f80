package dev.lifeboat.verifier.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import dev.lifeboat.verifier.check.RestoredCopy;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a sandbox that is ready to the verdict and its place in the ledger, over real Kafka, PostgreSQL and S3. */
@QuarkusTest
@QuarkusTestResource(VerifierParts.class)
class VerificationIT {
    @Inject
    Database database;

    @ConfigProperty(name = "test.credentials.url")
    String credentials;

    private final Events events = new Events();
    private RestoredCopy copy;

    @BeforeEach
    void restore() throws Exception {
        copy = RestoredCopy.whole();
    }

    @AfterEach
    void tearDown() {
        copy.drop();
    }

    @Test
    void aCopyIsLookedAtJudgedAndRecordedOnceHoweverOftenItIsTold() {
        Drill drill = new Drill(events, copy, rule("select count(*) from payments", "400")).declared();
        SandboxReady ready = drill.ready(1);

        drill.say(ready);
        drill.say(ready);
        ChecksCompleted checks = checks(drill);
        drill.sayEnded(1, "completed");
        VerdictRecorded verdict = verdict(drill);
        drill.sayEnded(1, "completed");
        drill.sayEnded(1, "failed");
        drill.say(drill.ready(2));
        drill.say(ready);

        assertThat(checks.checks())
                .extracting(CheckResult::name, CheckResult::verdict)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("content-equality", Verdict.PASSED),
                        org.assertj.core.groups.Tuple.tuple("amcheck", Verdict.PASSED),
                        org.assertj.core.groups.Tuple.tuple("sql/rule", Verdict.PASSED));
        assertThat(checks.clockOffset()).isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(1));
        assertThat(verdict.verdict()).isEqualTo(Verdict.PASSED);
        settled(drill);
        assertThat(said(drill, ChecksCompleted.class)).hasSize(1);
        assertThat(said(drill, VerdictRecorded.class))
                .filteredOn(said -> said.runId().equals(drill.id()))
                .containsExactly(verdict);
        assertThat(entries(drill.id())).isEqualTo(1);
        assertThat(asked(drill)).hasSize(1);
        JsonPath shown = verification(drill);
        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("verdict")).isEqualTo("passed");
        assertThat(shown.getLong("evidence.sequence")).isEqualTo(verdict.sequence());
        assertThat(shown.getString("evidence.digest")).isEqualTo(verdict.digest());
        String envelope = given().header("Authorization", "Bearer " + VerifierParts.token(Roles.AUDITOR))
                .get("/api/v1/ledger/" + verdict.sequence())
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(envelope).contains("payload").doesNotContain("principal/operator");
    }

    @Test
    void aDamagedCopyFailsForTheRightReason() {
        Drill drill = new Drill(events, copy).declared();
        SandboxReady ready = drill.ready(1);
        copy.after("update payments_01 set amount = amount + 0.01 where id = 17");

        drill.say(ready);
        checks(drill);
        drill.sayEnded(1, "completed");

        VerdictRecorded verdict = verdict(drill);
        assertThat(verdict.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(verdict.reason())
                .isEqualTo("content-equality: The content differs: public.payments_01 in " + copy.database());
    }

    @Test
    void whatComesBeforeItsClusterIsKnownWaitsForIt() {
        Drill drill = new Drill(events, copy);

        drill.say(drill.ready(1));
        Awaitility.await()
                .until(() -> count("select count(*) from parked_event where subject = 'recovery/" + drill.id()
                                + "' and consumer = 'verifier-sandbox-ready'")
                        == 1);
        drill.declared();

        assertThat(checks(drill).checks()).allMatch(check -> check.verdict() == Verdict.PASSED);
    }

    @Test
    void anEndThatOvertookItsSandboxIsInconclusiveAndStays() {
        Drill drill = new Drill(events, copy).declared();

        drill.sayEnded(1, "completed");
        VerdictRecorded verdict = verdict(drill);
        drill.say(drill.ready(1));
        settled(drill);

        assertThat(verdict.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdict.reason()).contains("did not come before their deadline");
        assertThat(asked(drill)).isEmpty();
        assertThat(said(drill, ChecksCompleted.class)).isEmpty();
        assertThat(entries(drill.id())).isEqualTo(1);
    }

    @Test
    void theEndOfAnOlderAttemptChangesNothing() {
        Drill drill = new Drill(events, copy).declared();
        drill.say(drill.ready(2));
        checks(drill);

        drill.sayEnded(1, "failed");
        settled(drill);
        assertThat(entries(drill.id())).isZero();
        drill.sayEnded(2, "completed");

        assertThat(verdict(drill).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(verdict(drill).attempt()).isEqualTo(2);
    }

    @Test
    void aVerificationWhoseOwnerDiedBetweenTwoChecksIsFinishedByAnother() throws Exception {
        // A check of the owner's that waits for a lock holds the verification between two checks.
        Drill drill = new Drill(events, copy, rule("select 1 from pg_advisory_xact_lock_shared(4711)", "1")).declared();
        try (Connection holder = RestoredCopy.sandbox().open(copy.database());
                Statement lock = holder.createStatement()) {
            lock.execute("select pg_advisory_lock(4711)");
            drill.say(drill.ready(1));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> String.valueOf(
                            verification(drill).getList("checks.name"))
                    .contains("content-equality"));

            // As if the process were gone: its lease is over, and what it writes from now on is refused.
            database.useTransaction(tx -> tx.execute(
                    "update operation set epoch = epoch + 1, owner = 'a dead instance', lease_until = now() - interval"
                            + " '1 hour' where cluster = ? and state = 'running'",
                    drill.cluster()));
            lock.execute("select pg_advisory_unlock(4711)");
            holder.commit();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> asked(drill).size() == 2);

        assertThat(checks(drill).checks())
                .allSatisfy(check -> assertThat(check.verdict()).as("%s", check).isEqualTo(Verdict.PASSED));
        assertThat(asked(drill))
                .as("the same verification asks again")
                .containsOnly(asked(drill).getFirst());
        drill.sayEnded(1, "completed");
        assertThat(verdict(drill).verdict()).isEqualTo(Verdict.PASSED);
        settled(drill);
        assertThat(said(drill, ChecksCompleted.class)).hasSize(1);
        assertThat(entries(drill.id())).isEqualTo(1);
    }

    @Test
    void resultsThatComeAfterTheJudgementChangeNothing() throws Exception {
        Drill drill = new Drill(events, copy, rule("select 1 from pg_advisory_xact_lock_shared(4712)", "1")).declared();
        VerdictRecorded verdict;
        try (Connection holder = RestoredCopy.sandbox().open(copy.database());
                Statement lock = holder.createStatement()) {
            lock.execute("select pg_advisory_lock(4712)");
            drill.say(drill.ready(1));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> String.valueOf(
                            verification(drill).getList("checks.name"))
                    .contains("content-equality"));
            drill.sayEnded(1, "completed");
            verdict = verdict(drill);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> count("select count(*) from operation where state = 'ended' and cluster = '"
                                + drill.cluster() + "'")
                        == 1);

        assertThat(verdict.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verification(drill).getString("state")).isEqualTo("completed");
        assertThat(verification(drill).getList("checks.name", String.class))
                .contains("checks")
                .doesNotContain("amcheck");
        settled(drill);
        assertThat(said(drill, ChecksCompleted.class)).isEmpty();
        assertThat(entries(drill.id())).isEqualTo(1);
    }

    @Test
    void whileRestoreServiceIsAwayThePasswordIsAskedForAgain() {
        Drill drill = new Drill(events, copy).declared();
        steer(drill, "503\n503");

        drill.say(drill.ready(1));

        assertThat(checks(drill).checks()).allMatch(check -> check.verdict() == Verdict.PASSED);
        assertThat(asked(drill)).hasSize(3);
    }

    @Test
    void withoutThePasswordNothingIsCalledPassed() {
        Drill drill = new Drill(events, copy).declared();
        steer(drill, "409");

        drill.say(drill.ready(1));
        ChecksCompleted checks = checks(drill);
        drill.sayEnded(1, "completed");

        assertThat(checks.checks()).isNotEmpty().allMatch(check -> check.verdict() == Verdict.INCONCLUSIVE);
        assertThat(verdict(drill).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(verdict(drill).reason()).contains("As the test wished.");
    }

    @Test
    void aRunIsJudgedByTheChecksThatItBeganWith() {
        Drill drill = new Drill(events, copy, rule("select count(*) from payments", "400")).declared();
        SandboxReady ready = drill.ready(1);
        drill.declareCluster(2, List.of(rule("select count(*) from payments", "17")));
        awaitVersion(drill, 2);

        drill.say(ready);

        assertThat(checks(drill).checks())
                .filteredOn(check -> check.name().equals("sql/rule"))
                .extracting(CheckResult::verdict)
                .containsExactly(Verdict.PASSED);
    }

    @Test
    void checksThatNobodyKnowsAreInconclusive() {
        Drill drill = new Drill(events, copy, rule("select 1", "1"));
        Drill.declare(events, UUID.fromString("01930000-0000-7000-8000-0000000000ea"), Drill.repository());
        drill.declareCluster(3, List.of());
        awaitVersion(drill, 3);

        drill.say(drill.ready(1));

        List<CheckResult> checks = checks(drill).checks();
        assertThat(checks)
                .filteredOn(check -> check.name().startsWith("sql"))
                .extracting(CheckResult::name, CheckResult::verdict)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("sql", Verdict.INCONCLUSIVE));
        assertThat(checks)
                .filteredOn(check -> !check.name().equals("sql"))
                .allMatch(check -> check.verdict() == Verdict.PASSED);
    }

    @Test
    void aSkippedDrillHasItsEntry() {
        Drill drill = new Drill(events, copy).declared();
        Instant due = Instant.parse("2026-11-21T05:00:00Z");

        for (int told = 0; told < 2; told++) {
            events.say(
                    Keys.cluster(drill.cluster()),
                    "recovery/" + drill.id(),
                    drill.clusterId(),
                    1,
                    new RecoverySkipped(
                            drill.id(), drill.cluster(), "restore-test", "dump", "proof", due, due, "still running"));
        }

        VerdictRecorded verdict = verdict(drill);
        assertThat(verdict.ending()).isEqualTo("skipped");
        assertThat(verdict.verdict()).isNull();
        settled(drill);
        assertThat(entries(drill.id())).isEqualTo(1);
    }

    private static CheckSpec rule(String sql, String expect, String database) {
        return new CheckSpec("rule", database, sql, expect, null);
    }

    private CheckSpec rule(String sql, String expect) {
        return rule(sql, expect, copy.database());
    }

    private ChecksCompleted checks(Drill drill) {
        return events.await(Topic.VERIFICATIONS, drill.cluster(), ChecksCompleted.class, any -> true);
    }

    private VerdictRecorded verdict(Drill drill) {
        return events.await(Topic.VERIFICATIONS, drill.cluster(), VerdictRecorded.class, found -> found.runId()
                .equals(drill.id()));
    }

    private <T extends dev.lifeboat.schemas.event.EventData> List<T> said(Drill drill, Class<T> type) {
        return events.said(Topic.VERIFICATIONS, drill.cluster(), type);
    }

    /** All that was said of the cluster until now has been taken, by both consumers, and what came of it was sent. */
    private void settled(Drill drill) {
        UUID last = UUID.randomUUID();
        events.say(
                Keys.cluster(drill.cluster()),
                "recovery/" + last,
                drill.clusterId(),
                1,
                new RecoverySkipped(
                        last,
                        drill.cluster(),
                        "restore-test",
                        "dump",
                        "marker",
                        Instant.now(),
                        Instant.now(),
                        "marker"));
        events.await(Topic.VERIFICATIONS, drill.cluster(), VerdictRecorded.class, found -> found.runId()
                .equals(last));
    }

    private void awaitVersion(Drill drill, long version) {
        Awaitility.await()
                .until(() -> count("select count(*) from known_cluster where name = '" + drill.cluster()
                                + "' and version = " + version)
                        == 1);
    }

    private long entries(UUID run) {
        return count("select count(*) from ledger_entry where run_key = 'drill/" + run + "'");
    }

    private long count(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(Long.class).one());
    }

    private List<String> asked(Drill drill) {
        return given().get(credentials + "/asked/" + drill.id())
                .asString()
                .lines()
                .toList();
    }

    private void steer(Drill drill, String statuses) {
        given().body(statuses).put(credentials + "/steer/" + drill.id()).then().statusCode(204);
    }

    private static JsonPath verification(Drill drill) {
        return given().header("Authorization", "Bearer " + VerifierParts.token(Roles.VIEWER))
                .get("/api/v1/verifications/" + drill.id())
                .then()
                .extract()
                .jsonPath();
    }
}
