package dev.lifeboat.verifier.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.metrics.RowGauges;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupEvent.BackupRequested;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.finding.FindingEvent.FindingChanged;
import dev.lifeboat.schemas.finding.FindingEvent.FindingClosed;
import dev.lifeboat.schemas.finding.FindingEvent.FindingRaised;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import dev.lifeboat.verifier.it.Events.Declaration;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs that were due and of which nobody says anything: backup-service and restore-service are not there at all, only what
 * they said is.
 */
@QuarkusTest
@QuarkusTestResource(VerifierParts.class)
class MissedRunsIT {
    private static final ObjectRef OBJECT = new ObjectRef("m", "aa".repeat(32), 1L);

    @Inject
    Database database;

    @Inject
    RowGauges gauges;

    private final Events events = new Events();
    private final String cluster = "due-" + Long.toHexString(System.nanoTime());
    private final UUID clusterId = UUID.randomUUID();
    /** The newest full hour at which a run must have been heard of by now. */
    private final Instant third = Instant.now().minus(Duration.ofMinutes(7)).truncatedTo(ChronoUnit.HOURS);

    private final Instant second = third.minus(Duration.ofHours(1));
    private final Instant first = third.minus(Duration.ofHours(2));

    @BeforeEach
    void theEvidenceBucketIsDeclared() {
        Drill.declare(events, Drill.REPOSITORY, Drill.repository());
    }

    @Test
    void whatWasDueIsWhatRanWasSkippedOrWasMissed() {
        completed(first);
        skipped(second);
        declared(first.minusSeconds(1800), 1, List.of(hourly("0 * * * *")), List.of());

        FindingRaised raised = events.await(Topic.FINDINGS, cluster, FindingRaised.class, any -> true);

        assertThat(raised.code()).isEqualTo("backup.run-missed");
        assertThat(raised.policy()).isEqualTo("hourly");
        assertThat(raised.dueAt()).isEqualTo(third);
        assertThat(raised.severity()).isEqualTo("critical");
        VerdictRecorded verdict =
                events.await(Topic.VERIFICATIONS, cluster, VerdictRecorded.class, found -> found.ending()
                        .equals("missed"));
        assertThat(verdict.runKind()).isEqualTo("backup");
        assertThat(verdict.verdict()).isNull();
        JsonPath coverage = coverage().statusCode(200).extract().jsonPath();
        assertThat(coverage.getLong("total.ran")).isEqualTo(1);
        assertThat(coverage.getLong("total.skipped")).isEqualTo(1);
        assertThat(coverage.getLong("total.missed")).isEqualTo(1);
        assertThat(coverage.getLong("total.due")).isEqualTo(3 + coverage.getLong("total.pending"));
        assertThat(coverage.getList("policies[0].runs.state", String.class)).startsWith("ran", "skipped", "missed");
        assertThat(coverage.getString("policies[0].schedule")).isEqualTo("0 * * * *");
        assertThat(open()).containsExactly("backup.run-missed");
        gauges.refresh();
        assertThat(RestAssured.given()
                        .accept("text/plain")
                        .get("/q/metrics")
                        .asString()
                        .replace(",}", "}"))
                .contains("lifeboat_findings_open{cluster=\"" + cluster
                        + "\",code=\"backup.run-missed\",severity=\"critical\"} 1.0")
                .containsPattern("lifeboat_ledger_entries [1-9]")
                .contains("lifeboat_ledger_halted 0.0");

        // Whatever is said of it later, it has one entry as missed; a backup that came late has its own.
        long entries = entries();
        UUID made = completed(third);
        events.await(Topic.VERIFICATIONS, cluster, VerdictRecorded.class, found -> found.runId()
                .equals(made));
        FindingClosed closed = events.await(Topic.FINDINGS, cluster, FindingClosed.class, any -> true);

        assertThat(entries()).isEqualTo(entries + 1);
        assertThat(payload(made)).contains("\"madeUpForEntry\":\"" + verdict.sequence() + "\"");
        assertThat(closed.findingId()).isEqualTo(raised.findingId());
        assertThat(coverage().extract().jsonPath().getLong("total.missed")).isEqualTo(1);
        assertThat(coverage().extract().jsonPath().getLong("total.ran")).isEqualTo(1);
        assertThat(open()).isEmpty();
    }

    @Test
    void aServiceThatStaysSilentHasOneFindingThatGrows() {
        declared(first.minusSeconds(1800), 1, List.of(hourly("0 * * * *")), List.of());

        FindingRaised raised = events.await(Topic.FINDINGS, cluster, FindingRaised.class, any -> true);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> events.said(Topic.FINDINGS, cluster, FindingChanged.class)
                                .size()
                        == 2);

        assertThat(raised.dueAt()).isEqualTo(first);
        FindingChanged newest =
                events.said(Topic.FINDINGS, cluster, FindingChanged.class).getLast();
        assertThat(newest.findingId()).isEqualTo(raised.findingId());
        assertThat(newest.message()).startsWith("3 runs of the backup hourly").contains(third.toString());
        assertThat(entries()).isEqualTo(3);

        // Who says late that it was skipped does not give it a second entry.
        UUID late = skipped(third);
        Awaitility.await().until(() -> coverage()
                .extract()
                .jsonPath()
                .getList("policies[0].runs.runId")
                .contains(late.toString()));
        assertThat(entries()).isEqualTo(3);
        assertThat(coverage().extract().jsonPath().getLong("total.missed")).isEqualTo(3);

        // A run that completes for an earlier moment does not end it, nor does one that only began or failed.
        completed(second);
        requested(third.plus(Duration.ofHours(1)));
        declared(Instant.now(), 2, List.of(), List.of());
        FindingClosed closed = events.await(Topic.FINDINGS, cluster, FindingClosed.class, any -> true);
        assertThat(closed.reason()).isEqualTo("The schedule is no longer declared.");
        assertThat(events.said(Topic.FINDINGS, cluster, FindingRaised.class)).hasSize(1);
    }

    @Test
    void drillsAreWatchedTooAndOnlyWhileTheyAreDeclared() {
        // Hourly until half past the second hour, then not any more.
        events.declare(
                cluster,
                clusterId,
                List.of(
                        new Declaration(
                                first.minusSeconds(1800), 1, declaration(1, List.of(), List.of(proof("0 * * * *")))),
                        new Declaration(first.plusSeconds(1800), 2, declaration(2, List.of(), List.of())),
                        new Declaration(third, 3, new FleetEvent.ClusterRemoved(clusterId, cluster))));

        VerdictRecorded verdict =
                events.await(Topic.VERIFICATIONS, cluster, VerdictRecorded.class, found -> found.ending()
                        .equals("missed"));

        assertThat(verdict.runKind()).isEqualTo("drill");
        settled();
        assertThat(entries()).isEqualTo(1);
        // The schedule is gone: the run is on record, and there is nothing to look after.
        assertThat(open()).isEmpty();
    }

    @Test
    void aRunThatMayStillBeginIsPending() {
        Instant soon = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        declared(
                soon.minusSeconds(90),
                1,
                List.of(new BackupPolicy(
                        "hourly",
                        "dump",
                        null,
                        null,
                        null,
                        null,
                        null,
                        "* * * * *",
                        "UTC",
                        Duration.ofMinutes(30),
                        null,
                        null)),
                List.of());
        Awaitility.await().until(() -> coverage().extract().statusCode() == 200);
        settled();

        JsonPath coverage = coverage().extract().jsonPath();

        assertThat(coverage.getLong("total.pending")).isPositive().isEqualTo(coverage.getLong("total.due"));
        assertThat(open()).isEmpty();
    }

    @Test
    void aRepositoryWithoutReadCredentialsIsAFindingUntilItHasThem() {
        String name = "repo-" + Long.toHexString(System.nanoTime());
        UUID id = UUID.randomUUID();
        RepositorySpec open = Drill.repository();
        RepositorySpec without = new RepositorySpec(
                name,
                "s3",
                open.endpoint(),
                open.region(),
                open.bucket(),
                null,
                open.credentials(),
                null,
                null,
                true,
                null);
        RepositorySpec with = new RepositorySpec(
                name,
                "s3",
                open.endpoint(),
                open.region(),
                open.bucket(),
                null,
                open.credentials(),
                open.credentials(),
                null,
                true,
                null);

        repository(id, name, 1, without);
        repository(id, name, 2, without);
        Awaitility.await()
                .until(() -> count("select count(*) from seen_version where subject = 'repository/" + id
                                + "' and version = 2 and consumer = 'verifier-repository-findings'")
                        == 1);
        assertThat(count("select count(*) from finding where closed_at is null and repository = '" + name + "'"))
                .isEqualTo(1);
        repository(id, name, 3, with);

        Awaitility.await()
                .until(() -> count("select count(*) from finding where closed_at is not null and version = 2 and"
                                + " repository = '" + name + "'")
                        == 1);
    }

    @Test
    void aTimeThatIsNoneOrTooLongIsRefused() {
        declared(Instant.now(), 1, List.of(), List.of());
        Awaitility.await().until(() -> coverage().extract().statusCode() == 200);

        assertThat(get("/api/v1/coverage/" + cluster + "?from=yesterday")
                        .statusCode(400)
                        .extract()
                        .path("code")
                        .toString())
                .isEqualTo("request.time");
        assertThat(get("/api/v1/coverage/" + cluster + "?from=2020-01-01T00:00:00Z")
                        .statusCode(400)
                        .extract()
                        .path("code")
                        .toString())
                .isEqualTo("request.range");
        get("/api/v1/coverage/nowhere").statusCode(404);
    }

    private void repository(UUID id, String name, long version, RepositorySpec spec) {
        events.say(
                Keys.repository(name),
                "repository/" + name,
                null,
                version,
                version == 1
                        ? new FleetEvent.RepositoryDeclared(id, name, "d", spec)
                        : new FleetEvent.RepositoryChanged(id, name, "d", spec));
    }

    private void declared(Instant at, long version, List<BackupPolicy> backups, List<DrillPolicy> drills) {
        events.say(
                at,
                Keys.cluster(cluster),
                "cluster/" + cluster,
                clusterId,
                version,
                declaration(version, backups, drills));
    }

    private FleetEvent declaration(long version, List<BackupPolicy> backups, List<DrillPolicy> drills) {
        return new FleetEvent.ClusterDeclared(
                clusterId, cluster, "d" + version, Drill.spec(cluster, backups, drills, List.of()));
    }

    private static BackupPolicy hourly(String cron) {
        return new BackupPolicy("hourly", "dump", null, null, null, null, null, cron, "UTC", null, null, null);
    }

    private static DrillPolicy proof(String cron) {
        return new DrillPolicy("proof", "restore-test", "dump", null, null, cron, "UTC", null, null);
    }

    private void requested(Instant due) {
        UUID id = UUID.randomUUID();
        said(
                id,
                1,
                new BackupRequested(id, cluster, "dump", null, "hourly", due, due, "policy/" + cluster + "/hourly"));
    }

    private UUID completed(Instant due) {
        UUID id = UUID.randomUUID();
        said(
                id,
                1,
                new BackupRequested(id, cluster, "dump", null, "hourly", due, due, "policy/" + cluster + "/hourly"));
        said(
                id,
                2,
                new BackupCompleted(
                        id,
                        cluster,
                        "dump",
                        null,
                        null,
                        null,
                        "east",
                        "hourly",
                        due,
                        due,
                        due,
                        due.plusSeconds(9),
                        1L,
                        1L,
                        List.of(),
                        due,
                        null,
                        null,
                        null,
                        "74",
                        OBJECT,
                        OBJECT,
                        List.of(),
                        "policy/" + cluster + "/hourly"));
        return id;
    }

    private UUID skipped(Instant due) {
        UUID id = UUID.randomUUID();
        said(id, 1, new BackupSkipped(id, cluster, "dump", "hourly", due, due, "still running"));
        return id;
    }

    private void said(UUID backup, long version, EventData data) {
        events.say(Keys.cluster(cluster), "backup/" + backup, clusterId, version, data);
    }

    /** Two looks for missed runs have passed since now. */
    private void settled() {
        Instant now = Instant.now();
        String marker = "marker-" + Long.toHexString(System.nanoTime());
        UUID id = UUID.randomUUID();
        events.say(
                first.minusSeconds(1800),
                Keys.cluster(marker),
                "cluster/" + marker,
                id,
                1,
                new FleetEvent.ClusterDeclared(
                        id, marker, "d", Drill.spec(marker, List.of(hourly("0 * * * *")), List.of(), List.of())));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> count("select count(*) from missed_run where cluster_id = '" + id + "' and found_at > '"
                                + now + "'")
                        >= 3);
    }

    private long entries() {
        return count("select count(*) from ledger_entry where convert_from(envelope, 'UTF8') is not null and run_key in"
                + " (select 'backup/' || run_id from heard_run where cluster_id = '" + clusterId
                + "') or run_key like 'missed-%/" + clusterId + "/%'");
    }

    private String payload(UUID backup) {
        return database.inTransaction(tx -> tx.createQuery(
                        "select convert_from(decode(convert_from(envelope, 'UTF8')::jsonb ->> 'payload', 'base64'), 'UTF8')"
                                + " from ledger_entry where run_key = :key")
                .bind("key", "backup/" + backup)
                .mapTo(String.class)
                .one());
    }

    private long count(String sql) {
        return database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(Long.class).one());
    }

    private List<String> open() {
        return get("/api/v1/findings?cluster=" + cluster).extract().jsonPath().getList("items.code");
    }

    private ValidatableResponse coverage() {
        return get("/api/v1/coverage/" + cluster);
    }

    private static ValidatableResponse get(String path) {
        return given().header("Authorization", "Bearer " + VerifierParts.token(Roles.AUDITOR))
                .get(path)
                .then();
    }
}
