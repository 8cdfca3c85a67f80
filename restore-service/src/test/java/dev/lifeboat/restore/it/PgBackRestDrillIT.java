package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Drills of method pgbackrest against real parts: files, WAL to the end of the archive, promotion, isolation. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class PgBackRestDrillIT {
    @ConfigProperty(name = "lifeboat.work-directory")
    Path work;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);
    private final Shop shop = Shop.shared();
    private final String cluster = "pgbr-" + Long.toHexString(System.nanoTime());

    @Test
    void theLastArchivedCommitIsThereAndTheArchiveIsLeftAlone() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        source.archived("create table t (id int primary key)", "insert into t select generate_series(1, 1000)");
        source.backup(events, shop, "full");
        source.archived("insert into t select generate_series(1001, 2000)");
        BackupCompleted incremental = source.backup(events, shop, "incr");
        source.archived("insert into t select generate_series(2001, 3000)");
        source.archived("alter system set max_connections = 177", "insert into t values (3001)");
        Instant lastCommit = Instant.now();
        source.server().execute("postgres", "insert into t values (4711)");

        String drill = Api.drill(Map.of("cluster", cluster, "method", "pgbackrest"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);

        assertThat(ready.backupId()).isEqualTo(incremental.backupId());
        assertThat(ready.databases()).containsExactly("postgres");
        try (Connection connection = verifier.connect(ready, "postgres")) {
            assertThat(text(connection, "select count(*) from t")).isEqualTo("3001");
            assertThat(text(connection, "select max(id) from t")).isEqualTo("3001");
            assertThat(text(connection, "select pg_is_in_recovery()")).isEqualTo("f");
            assertThat(text(connection, "show archive_mode")).isEqualTo("off");
            assertThat(text(connection, "show archive_command")).isEqualTo("(disabled)");
            assertThat(text(connection, "show max_connections")).isEqualTo("137");
            // ALTER SYSTEM of production ends at the sandbox's door.
            assertThat(text(connection, "show vacuum_cost_limit")).isEqualTo("200");
        }
        try (Stream<Path> files = Files.walk(work.resolve("sandboxes"))) {
            assertThat(files.filter(file -> file.toString().contains(drill))
                            .filter(file -> file.endsWith("pgbackrest-secret.conf")))
                    .isEmpty();
        }

        verifier.checked(ready);
        RecoveryEnded ended = events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
        JsonPath shown = Api.get(drill);

        assertThat(ended.state()).isEqualTo("completed");
        assertThat(ended.failure()).isNull();
        assertThat(shown.getList("phases.name", String.class))
                .containsExactly(
                        "queued",
                        "planning",
                        "provisioning",
                        "restoring",
                        "starting",
                        "replaying",
                        "first-write",
                        "verifying",
                        "inspecting",
                        "teardown");
        assertThat(ended.reached().timeline()).isEqualTo(1);
        assertThat(ended.reached().lsn()).isNotNull();
        assertThat(ended.reached().lastCommitAt()).isBefore(lastCommit).isAfter(lastCommit.minusSeconds(60));
        assertThat(ended.rpo().measured()).isBetween(Duration.ZERO, Duration.ofMinutes(2));
        assertThat(ended.inspection().systemIdentifier()).isEqualTo(incremental.systemIdentifier());
        assertThat(ended.inspection().checksumFailures()).isZero();
        assertThat(ended.isolation().removed()).isEmpty();
        assertThat(ended.isolation().changed()).isEmpty();
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        assertThat(ended.tornDown().left()).isEmpty();
        try (Stream<Path> archive = Files.walk(source.files())) {
            assertThat(archive.filter(file -> file.getFileName().toString().startsWith("00000002")))
                    .isEmpty();
        }
    }

    @Test
    void aSegmentThatIsMissingIsAGap() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        source.archived("create table t (id int)");
        BackupCompleted backup = source.backup(events, shop, "full");
        CommittedStory.awaitClock(source, backup.completedAt().plusSeconds(1));
        source.archived("insert into t values (0)");
        source.archived("insert into t values (1)");
        source.archived("insert into t values (2)");
        String behind = source.text("select pg_current_wal_insert_lsn()");
        String later = Instant.now().toString();
        source.archived("insert into t values (3)");
        Path removed = segments(source).reversed().get(1);
        Files.delete(removed);

        JsonPath shown = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "pgbackrest")));

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("wal.gap");
        assertThat(shown.getString("failure.found"))
                .contains(removed.getFileName().toString().substring(0, 24));
        for (var target : List.of(Map.of("type", "lsn", "value", behind), Map.of("type", "time", "value", later))) {
            JsonPath refused = plan(target, 409);
            assertThat(refused.getString("code")).isEqualTo("target.in-gap");
            assertThat(refused.getString("expected")).as(refused.prettify()).startsWith("up to ");
            String nearest = refused.getString("expected").replace("up to ", "");
            assertThat(plan(Map.of("type", target.get("type"), "value", nearest), 200)
                            .getString("aim.sought.value"))
                    .isEqualTo(nearest);
        }
    }

    @Test
    void aDamagedFileOfTheSetIsAFinding() throws Exception {
        UUID clusterId = shop.declare(events, cluster, List.of());
        PgBackRestShop source = PgBackRestShop.start(shop, cluster, clusterId);
        source.archived("create table t (id int)");
        BackupCompleted backup = source.backup(events, shop, "full");
        Path bundle = source.files().resolve("backup/" + cluster + "/" + backup.label() + "/bundle/1");
        byte[] bytes = Files.readAllBytes(bundle);
        for (int i = bytes.length / 2; i < bytes.length / 2 + 64; i++) {
            bytes[i] ^= 0x5a;
        }
        Files.write(bundle, bytes);

        JsonPath shown = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "pgbackrest")));

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).startsWith("pgbackrest.");
    }

    private JsonPath plan(Map<String, String> target, int status) {
        return Api.as(Roles.OPERATOR)
                .body(Map.of("cluster", cluster, "kind", "point-in-time", "method", "pgbackrest", "target", target))
                .post("/api/v1/plans")
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }

    private static List<Path> segments(PgBackRestShop source) throws Exception {
        try (Stream<Path> files = Files.walk(source.files().resolve("archive"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}-.*"))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Connection connection, String sql) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
