package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.metrics.RowGauges;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.audit.AuditEvent.ActionRecorded;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryRequested;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.schemas.verification.Verdict;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drills of method dump, from the request to the verdict shown, against real PostgreSQL, Kafka and S3. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class DumpDrillIT {
    @ConfigProperty(name = "lifeboat.work-directory")
    Path work;

    @Inject
    RowGauges gauges;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);
    private final Shop shop = Shop.shared();
    private final String cluster = "shop-" + Long.toHexString(System.nanoTime());

    @ParameterizedTest
    @ValueSource(strings = {"custom", "directory"})
    void aDumpIsRestoredLookedAtAndTornDown(String format) throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dump(events, cluster, clusterId, format, List.of("shop", Shop.CRUEL, "postgres"));

        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);

        assertThat(ready.databases()).containsExactlyInAnyOrder("shop", Shop.CRUEL, "postgres");
        assertThat(ready.backupId()).isEqualTo(backup.backupId());
        assertThat(pins()).contains(backup.backupId() + "/" + drill);
        try (Connection connection = verifier.connect(ready, "shop")) {
            assertThat(number(connection, "select count(*) from orders")).isEqualTo(20000);
            assertThat(number(connection, "select count(*) from customers where mail = 'c17@EXAMPLE.org'"))
                    .isEqualTo(1);
            assertThat(number(connection, "select count(*) from pg_largeobject_metadata"))
                    .isEqualTo(1);
            assertThat(number(connection, "select count(*) from pg_roles where rolname = 'o''brien \"x\"'"))
                    .isEqualTo(1);
            assertThat(text(connection, "show archive_mode")).isEqualTo("off");
            assertThat(text(connection, "show max_logical_replication_workers")).isEqualTo("0");
            assertThat(text(connection, "show shared_preload_libraries")).isEqualTo("auto_explain");
            assertThat(text(connection, "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'fast'"))
                    .startsWith(work.toString());
        }
        assertThat(verifier.credentials(drill, 1).statusCode()).isEqualTo(409);
        assertThatThrownBy(() -> Verifier.connect(ready.port(), "shop", "o'brien \"x\"", "quite secret"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("pg_hba.conf");

        verifier.checked(ready);
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        verifier.judge(ended, Verdict.PASSED);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Api.now(drill)
                .hasNonNull("verdict"));
        JsonPath shown = Api.get(drill);

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("verdict")).isEqualTo("passed");
        assertThat(shown.getLong("evidence.sequence")).isEqualTo(17);
        assertThat(shown.getList("checks.name")).containsExactly("server-starts", "archive-isolation");
        assertThat(shown.getString("backupId")).isEqualTo(backup.backupId().toString());
        assertThat(shown.getList("phases.name", String.class))
                .containsExactly(
                        "queued",
                        "planning",
                        "provisioning",
                        "starting",
                        "restoring",
                        "first-write",
                        "verifying",
                        "inspecting",
                        "teardown");
        gauges.refresh();
        String tags = "{cluster=\"" + cluster + "\",kind=\"restore-test\",method=\"dump\"";
        assertThat(RestAssured.given()
                        .accept("text/plain")
                        .get("/q/metrics")
                        .asString()
                        .replace(",}", "}"))
                .contains(
                        "lifeboat_drill_last_passed_seconds" + tags + "} 1.",
                        "lifeboat_drill_last_verdict" + tags + ",verdict=\"passed\"} 1.0",
                        "lifeboat_drill_rto_seconds" + tags + "} ",
                        "lifeboat_drill_rpo_seconds" + tags + "} ");
        assertThat(shown.getBoolean("rto.met")).isTrue();
        assertThat(Duration.parse(shown.getString("rto.measured"))).isPositive();
        assertThat(shown.getString("rpo.note")).isEqualTo("age of the dump's snapshot");
        assertThat(shown.getLong("policyVersion")).isEqualTo(1);
        assertThat(ended.policyVersion()).isEqualTo(1);
        assertThat(ended.clocks().source()).isEqualTo(Shop.SOURCE_CLOCK);
        assertThat(Duration.parse(shown.getString("clocks.source.offset"))).isEqualTo(Shop.SOURCE_CLOCK.offset());
        assertThat(ended.clocks().sandbox().offset().abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(shown.getString("clocks.sandbox.uncertainty")).isNotNull();
        assertThat(Duration.parse(shown.getString("clocks.verifier"))).isEqualTo(Verifier.CLOCK_OFFSET);
        assertThat(ended.inspection().checksumsEnabled()).isTrue();
        assertThat(ended.inspection().checksumBlocksScanned()).isPositive();
        assertThat(ended.inspection().checksumFailures()).isZero();
        assertThat(ended.inspection().serverLogErrors()).isEmpty();
        assertThat(ended.isolation().removed()).isEmpty();
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        assertThat(ended.isolation().objectsBefore()).isPositive();
        assertThat(ended.tornDown().processesGone()).isTrue();
        assertThat(ended.tornDown().left()).isEmpty();
        assertNothingIsLeft(drill);
        assertThat(pins()).doesNotContain(drill);
        assertThat(events.said(Topic.RECOVERIES, cluster, RecoveryRequested.class))
                .hasSize(1);
    }

    @Test
    void alteredBytesAreAFindingAndNotAFailureOfTheDrill() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        damage(clusterId, backup, "databases/16384/dump.pgc");

        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        JsonPath shown = Api.awaitEnd(drill);

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isIn("backup.bytes-altered", "dump.does-not-restore");
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        assertThat(ended.failure()).isNotNull();
        assertThat(ended.rto().measured()).isNull();
        assertThat(events.said(Topic.RECOVERIES, cluster, SandboxReady.class)).isEmpty();
        assertNothingIsLeft(drill);
    }

    @Test
    void anObjectThatIsGoneIsAFinding() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        try (ObjectStore store = shop.store()) {
            store.delete(List.of(root(clusterId, backup) + "1/databases/16384/dump.pgc"));
        }

        JsonPath shown = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "dump")));

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("backup.object-missing");
    }

    @Test
    void aVerificationThatCrashedMayAskAgainAndNobodyElse() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        shop.dump(events, cluster, clusterId, "custom", List.of(Shop.CRUEL));
        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);
        UUID verification = UUID.randomUUID();
        String lost = password(verifier.credentials(drill, 1, verification));
        Connection left = Verifier.connect(ready.port(), "postgres", "lifeboat_sandbox", lost);

        String fresh = password(verifier.credentials(drill, 1, verification));

        assertThat(fresh).isNotEqualTo(lost);
        assertThat(left.isValid(5)).isFalse();
        assertThatThrownBy(() -> Verifier.connect(ready.port(), "postgres", "lifeboat_sandbox", lost))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        try (Connection connection = Verifier.connect(ready.port(), "postgres", "lifeboat_sandbox", fresh)) {
            assertThat(connection.isValid(5)).isTrue();
        }
        assertThat(verifier.credentials(drill, 1, UUID.randomUUID()).statusCode())
                .isEqualTo(409);
        assertThat(verifier.credentials(drill, 1).statusCode()).isEqualTo(409);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> events.said(Topic.AUDIT, cluster, ActionRecorded.class).stream()
                                .filter(each -> each.action().equals("sandbox.credentials-read"))
                                .count(),
                        count -> count == 2);
        Api.as(Roles.OPERATOR).delete("/api/v1/drills/" + drill).then().statusCode(202);
        Api.awaitState(drill, "cancelled");
        assertThat(verifier.credentials(drill, 1, verification).statusCode()).isEqualTo(410);
        assertNothingIsLeft(drill);
    }

    private static String password(io.restassured.response.Response credentials) {
        assertThat(credentials.statusCode()).as(credentials.asString()).isEqualTo(200);
        return credentials.jsonPath().getString("password");
    }

    @Test
    void withoutABackupThereIsNoDrill() {
        shop.declare(events, cluster, List.of());

        JsonPath shown = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "dump")));

        assertThat(shown.getString("state")).isEqualTo("failed");
        assertThat(shown.getString("failure.code")).isEqualTo("backup.none-usable");
    }

    @Test
    void aBackupThatIsNamedBeforeItIsHeardOfIsWaitedForAndSaysItsMethod() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dumped(cluster, clusterId, "custom", List.of(Shop.CRUEL));

        String drill = Api.drill(Map.of("cluster", cluster, "backupId", backup.backupId()));
        assertThat(Api.get(drill).getString("method")).isNull();
        shop.tell(events, clusterId, backup);

        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);
        assertThat(ready.method()).isEqualTo("dump");
        assertThat(ready.backupId()).isEqualTo(backup.backupId());
        JsonPath shown = Api.get(drill);
        assertThat(shown.getString("method")).isEqualTo("dump");
        assertThat(shown.getString("repository")).isEqualTo("east");
        verifier.checked(ready);
        Api.awaitEnd(drill);
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        assertThat(ended.method()).isEqualTo("dump");
        assertThat(ended.repository()).isEqualTo("east");
    }

    @Test
    void aBackupWhoseExpiryHasBegunIsNotTouched() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        io.restassured.RestAssured.given()
                .body("409")
                .put(pinServer + "/steer/" + backup.backupId())
                .then()
                .statusCode(204);

        JsonPath shown = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "dump")));

        assertThat(shown.getString("state")).isEqualTo("failed");
        assertThat(shown.getString("failure.code")).isEqualTo("backup.not-pinned");
    }

    @Test
    void aDrillCanBeCalledOff() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);

        Api.as(Roles.OPERATOR).delete("/api/v1/drills/" + drill).then().statusCode(202);

        JsonPath shown = Api.awaitEnd(drill);
        assertThat(shown.getString("state")).isEqualTo("cancelled");
        assertThat(shown.getString("failure.message")).contains("principal/operator");
        assertNothingIsLeft(drill);
        // Its checks come late, and change nothing.
        verifier.checked(ready);
        Api.as(Roles.OPERATOR).delete("/api/v1/drills/" + drill).then().statusCode(202);
        assertThat(Api.get(drill).getString("state")).isEqualTo("cancelled");
    }

    @Test
    void aSandboxIsHeldForWhoeverAskedForIt() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        shop.dump(events, cluster, clusterId, "custom", List.of("shop"));
        String drill = Api.drill(Map.of("cluster", cluster, "method", "dump", "keep", "PT1H"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);
        Api.as(Roles.OPERATOR)
                .get("/api/v1/drills/" + drill + "/sandbox")
                .then()
                .statusCode(409);
        String oncePassword = verifier.credentials(drill, 1).jsonPath().getString("password");
        verifier.checked(ready);

        JsonPath held = Api.awaitState(drill, "held");

        assertThat(held.getList("checks.name")).containsExactly("server-starts");
        assertThat(held.getString("verdict")).isNull();
        Api.as(Roles.VIEWER).get("/api/v1/drills/" + drill + "/sandbox").then().statusCode(403);
        JsonPath access = Api.as(Roles.OPERATOR)
                .get("/api/v1/drills/" + drill + "/sandbox")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        try (Connection connection = Verifier.connect(
                access.getInt("port"), "shop", access.getString("user"), access.getString("password"))) {
            assertThat(number(connection, "select count(*) from orders")).isEqualTo(20000);
        }
        assertThatThrownBy(
                        () -> Verifier.connect(access.getInt("port"), "shop", access.getString("user"), oncePassword))
                .isInstanceOf(SQLException.class);

        Api.as(Roles.OPERATOR).delete("/api/v1/drills/" + drill).then().statusCode(202);
        assertThat(Api.awaitEnd(drill).getString("state")).isEqualTo("completed");
        assertNothingIsLeft(drill);
        for (String said : events.texts(Topic.AUDIT)) {
            assertThat(said).doesNotContain(oncePassword).doesNotContain(access.getString("password"));
        }
        assertThat(events.texts(Topic.AUDIT)).anyMatch(said -> said.contains("sandbox.opened") && said.contains(drill));
    }

    @Test
    void thePlanIsShownWithoutDoingAnything() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        BackupCompleted backup = shop.dump(events, cluster, clusterId, "custom", List.of("shop"));

        JsonPath plan = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> Api.as(Roles.OPERATOR)
                                .body(Map.of("cluster", cluster, "method", "dump"))
                                .post("/api/v1/plans"),
                        answer -> answer.statusCode() == 200)
                .jsonPath();

        assertThat(plan.getString("backupId")).isEqualTo(backup.backupId().toString());
        assertThat(plan.getList("chain")).containsExactly("shop");
        assertThat(plan.getList("findings.code", String.class))
                .containsExactlyInAnyOrder("plan.scheduler-left-off", "plan.tablespaces-rewritten");
        assertThat(events.said(Topic.RECOVERIES, cluster, RecoveryRequested.class))
                .isEmpty();
    }

    @ConfigProperty(name = "lifeboat.services.backup.url")
    String pinServer;

    private String pins() {
        return io.restassured.RestAssured.get(pinServer + "/pins").asString();
    }

    private void assertNothingIsLeft(String drill) throws Exception {
        try (Stream<Path> folders = Files.list(work.resolve("sandboxes"))) {
            assertThat(folders.filter(folder -> folder.toString().contains(drill)))
                    .isEmpty();
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            assertThat(processes.filter(process -> commandLine(process).contains(drill)))
                    .isEmpty();
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException notAProcess) {
            return "";
        }
    }

    private void damage(UUID clusterId, BackupCompleted backup, String key) throws Exception {
        Path object = dev.lifeboat.local.LocalParts.shared()
                .east()
                .objects(dev.lifeboat.local.LocalParts.shared().east().bucket())
                .resolve("it/" + root(clusterId, backup) + "1/" + key);
        byte[] bytes = Files.readAllBytes(object);
        for (int i = bytes.length / 2; i < bytes.length / 2 + 64; i++) {
            bytes[i] ^= 0x5a;
        }
        Files.write(object, bytes);
    }

    private String root(UUID clusterId, BackupCompleted backup) {
        return "clusters/" + cluster + "/" + clusterId + "/dump/" + backup.backupId() + "/";
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
