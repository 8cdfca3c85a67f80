package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.fleet.FleetEvent;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drills of method physical against real parts: archives, WAL to the last byte that is stored, promotion, isolation. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class PhysicalDrillIT {
    private static PhysicalShop source;

    private final Events events = new Events();
    private final Verifier verifier = new Verifier(events);
    private final Shop shop = Shop.shared();
    private final String cluster = "phys-" + Long.toHexString(System.nanoTime());
    private UUID clusterId;

    @BeforeEach
    void tellOnce() throws Exception {
        if (source == null) {
            source = PhysicalShop.start();
            source.inASegment("create table t (id int primary key)", "insert into t select generate_series(1, 1000)");
            source.copyFiles();
            source.inASegment("insert into t select generate_series(1001, 2000)");
            source.inASegment("insert into t select generate_series(2001, 3000)");
            source.server()
                    .execute("postgres", "alter system set max_connections = 177", "insert into t values (3001)");
        }
        clusterId = shop.declare(events, cluster, List.of());
    }

    private BackupCompleted stored() throws Exception {
        BackupCompleted backup = source.store(events, shop, cluster, clusterId);
        source.storeWal(shop, cluster, clusterId);
        return backup;
    }

    @Test
    void theLastStoredCommitIsThereAndTheArchiveIsLeftAlone() throws Exception {
        BackupCompleted backup = stored();
        Instant lastCommit = Instant.now();
        source.server().execute("postgres", "insert into t values (4711)");
        List<Path> before = source.wal(cluster, clusterId);

        String drill = Api.drill(Map.of("cluster", cluster, "method", "physical"));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);

        assertThat(ready.backupId()).isEqualTo(backup.backupId());
        assertThat(ready.databases()).containsExactly("postgres");
        try (Connection connection = verifier.connect(ready, "postgres")) {
            assertThat(text(connection, "select count(*) || ' ' || max(id) from t"))
                    .isEqualTo("3001 3001");
            assertThat(text(connection, "select count(*) from spacious")).isEqualTo("100");
            assertThat(text(
                            connection,
                            "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'space'"))
                    .contains(drill);
            assertThat(text(connection, "select pg_is_in_recovery()")).isEqualTo("f");
            assertThat(text(connection, "show archive_mode")).isEqualTo("off");
            assertThat(text(connection, "show max_connections")).isEqualTo("137");
            // ALTER SYSTEM of production ends at the sandbox's door.
            assertThat(text(connection, "show vacuum_cost_limit")).isEqualTo("200");
        } finally {
            source.server().execute("postgres", "delete from t where id = 4711");
        }

        verifier.checked(ready);
        RecoveryEnded ended = ended(drill);

        assertThat(ended.state()).isEqualTo("completed");
        assertThat(ended.failure()).isNull();
        assertThat(Api.get(drill).getList("phases.name", String.class))
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
        assertThat(ended.reached().lastCommitAt()).isBefore(lastCommit).isAfter(lastCommit.minusSeconds(60));
        assertThat(ended.rpo().measured()).isBetween(Duration.ZERO, Duration.ofMinutes(2));
        assertThat(ended.inspection().systemIdentifier()).isEqualTo(backup.systemIdentifier());
        assertThat(ended.inspection().checksumFailures()).isZero();
        assertThat(ended.isolation().objectsBefore()).isGreaterThan(before.size());
        assertThat(ended.isolation().removed()).isEmpty();
        assertThat(ended.isolation().changed()).isEmpty();
        assertThat(ended.isolation().addedByOthers()).isEmpty();
        assertThat(ended.tornDown().left()).isEmpty();
        assertThat(source.wal(cluster, clusterId)).isEqualTo(before);
    }

    @Test
    void whatWasSealedIsOpenedAndTheWrongPassphraseSaysNothingOfTheBackup() throws Exception {
        Supplier<ObjectStore> sealed = () -> shop.sealedStore("correct horse battery staple");
        events.say(
                Keys.repository("sealed"),
                "repository/sealed",
                null,
                System.currentTimeMillis(),
                new FleetEvent.RepositoryDeclared(UUID.randomUUID(), "sealed", "d", shop.sealedRepository()));
        BackupCompleted backup = source.store(events, "sealed", sealed, cluster, clusterId);
        source.storeWal(sealed, cluster, clusterId);
        Path passphrase = Path.of(ConfigProvider.getConfig().getValue("lifeboat.secrets-directory", String.class))
                .resolve("sealed-passphrase");

        Files.writeString(passphrase, "another one");
        JsonPath wrong = Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "backupId", backup.backupId())));
        Files.writeString(passphrase, "correct horse battery staple");
        String drill = Api.drill(Map.of("cluster", cluster, "backupId", backup.backupId()));
        SandboxReady ready = verifier.awaitReady(cluster, drill, 1);

        assertThat(wrong.getString("state")).isEqualTo("failed");
        assertThat(wrong.getString("failure.code")).isEqualTo("encryption.passphrase-wrong");
        try (Connection connection = verifier.connect(ready, "postgres")) {
            assertThat(text(connection, "select count(*) || ' ' || max(id) from t"))
                    .isEqualTo("3001 3001");
        }
        verifier.checked(ready);
        RecoveryEnded ended = ended(drill);
        assertThat(ended.state()).isEqualTo("completed");
        assertThat(ended.isolation().addedByOthers()).isEmpty();
    }

    @Test
    void aSegmentThatIsMissingIsAGap() throws Exception {
        stored();
        Path removed = whole().reversed().get(0);
        Files.delete(removed);

        JsonPath shown = drilled();

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("wal.gap");
        assertThat(shown.getString("failure.found")).contains(name(removed));
    }

    @Test
    void anObjectThatEndsTooEarlyIsNamed() throws Exception {
        stored();
        Path cut = whole().reversed().get(0);
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 100));

        JsonPath shown = drilled();

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("wal.unreadable");
        assertThat(shown.getString("failure.found")).contains("wal/00000001/" + name(cut) + ".zst");
    }

    /** Nothing but PostgreSQL notices: the object is whole, and what it holds is no WAL any more. */
    @Test
    void walThatTheServerCannotReplayIsNamed() throws Exception {
        stored();
        Path altered = whole().reversed().get(1);
        byte[] wal = Zstd.decompress(Files.readAllBytes(altered), 16 << 20);
        for (int i = 9000; i < 12000; i++) {
            wal[i] ^= 0x5a;
        }
        Files.write(altered, Zstd.compress(wal));

        JsonPath shown = drilled();

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isEqualTo("wal.unreadable");
        assertThat(shown.getString("failure.found")).contains(name(altered) + ".zst");
    }

    @Test
    void anArchiveOfOtherBytesIsAFinding() throws Exception {
        assumeTrue(Boolean.getBoolean("lifeboat.soak"), "make soak alters an archive, too");
        BackupCompleted backup = stored();
        Path archive;
        try (var store = shop.store();
                var in = store.get(backup.manifest().key(), Optional.empty())) {
            archive = source.file(EventJson.mapper()
                    .readValue(in.readAllBytes(), BackupManifest.class)
                    .physical()
                    .archives()
                    .getLast()
                    .object());
        }
        byte[] bytes = Files.readAllBytes(archive);
        bytes[bytes.length / 2] ^= 0x5a;
        Files.write(archive, bytes);

        JsonPath shown = drilled();

        assertThat(shown.getString("state")).isEqualTo("completed");
        assertThat(shown.getString("failure.code")).isIn("backup.archive-unreadable", "backup.bytes-altered");
        assertThat(shown.getString("failure.found")).contains("base.tar.zst");
    }

    private JsonPath drilled() {
        return Api.awaitEnd(Api.drill(Map.of("cluster", cluster, "method", "physical")));
    }

    private RecoveryEnded ended(String drill) {
        return events.await(Topic.RECOVERIES, cluster, RecoveryEnded.class, each -> each.recoveryId()
                .toString()
                .equals(drill));
    }

    /** Whole segments from the backup's start on. */
    private List<Path> whole() throws Exception {
        return source.wal(cluster, clusterId).stream()
                .filter(file -> file.getFileName().toString().matches("[0-9A-F]{24}\\.zst"))
                .toList();
    }

    private static String name(Path segment) {
        return segment.getFileName().toString().replace(".zst", "");
    }

    private static String text(Connection connection, String sql) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
