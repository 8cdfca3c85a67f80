package dev.lifeboat.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.Outcome;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored, with the WAL that is stored, is a database: taken apart and started with stock tools alone. */
@Timeout(120)
class PhysicalContentIT {
    private static PhysicalStage stage;
    private static PhysicalStage.Stream stream;

    @BeforeAll
    static void aServerWithTwoTablespaces() throws Exception {
        stage = new PhysicalStage("content", Map.of());
        for (String name : List.of("fast", "slow")) {
            Path folder = LocalParts.shared().newFolder(name);
            ServerUser.current().own(folder, "rwx------");
            stage.server()
                    .sql(
                            "create tablespace " + name + " location '" + folder + "'",
                            "create table on_" + name + " (id int primary key, note text) tablespace " + name,
                            "insert into on_" + name + " select g, md5(g::text) from generate_series(1, 20000) g");
        }
        stage.server().sql("create table \"größe\" (id int)", "insert into \"größe\" values (42)");
        stream = stage.stream();
    }

    @AfterAll
    static void end() {
        stream.close();
        stage.close();
    }

    @ParameterizedTest(name = "compressed by the server: {0}")
    @ValueSource(booleans = {true, false})
    void stockToolsBringItBack(boolean serverCompression) throws Exception {
        Job job = stage.job(stage.cluster(), null);
        Taken taken;
        List<Progress> said;
        try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
            taken = stage.method(serverCompression, Duration.ofSeconds(30)).take(job, context);
            said = context.said();
        }
        BackupManifest.PhysicalSet set = taken.manifest().physical();
        assertThat(set.archives()).hasSize(3);
        assertThat(set.archives().getLast().name()).isEqualTo("base.tar.zst");
        assertThat(set.archives().getLast().tablespaceOid()).isNull();
        assertThat(set.timeline()).isEqualTo(1);
        assertThat(set.walSegmentBytes()).isEqualTo(16L << 20);
        assertThat(taken.manifest().systemIdentifier())
                .isEqualTo(stage.server().ask("select system_identifier from pg_control_system()"));
        assertThat(taken.manifest().majorVersion()).isEqualTo(15);
        assertThat(Outcome.of(taken).stopLsn()).isEqualTo(set.stopLsn());
        assertThat(said).extracting(Progress::phase).contains("awaiting WAL");
        assertThat(said.getLast().bytesDone()).isEqualTo(taken.databaseBytes());

        Path folder = LocalParts.shared().newFolder("by-hand");
        Path data = unpack(set, folder);
        assertThat(Server.run(Map.of(), "pg_verifybackup", "--no-parse-wal", data.toString()))
                .contains("backup successfully verified");
        fetchWal(folder);
        int port = Ports.free();
        start(folder, data, port);
        try {
            assertThat(ask(port, "select count(*) || ' ' || sum(length(note)) from on_fast"))
                    .isEqualTo("20000 640000");
            assertThat(ask(port, "select count(*) from on_slow")).isEqualTo("20000");
            assertThat(ask(port, "select id from \"größe\"")).isEqualTo("42");
            assertThat(ask(port, "select pg_tablespace_location(oid) from pg_tablespace where spcname = 'fast'"))
                    .startsWith(folder.toString());
        } finally {
            Server.run(Map.of(), "pg_ctl", "-D", data.toString(), "-m", "immediate", "-w", "stop");
        }
    }

    /** zstd and tar; a tablespace lies where its link leads. */
    private static Path unpack(BackupManifest.PhysicalSet set, Path folder) throws Exception {
        for (PhysicalArchive archive : set.archives()) {
            fetch(archive.object(), folder.resolve(archive.name()));
        }
        fetch(set.backupManifest(), folder.resolve("backup_manifest"));
        Path data = folder.resolve("data");
        StringBuilder script = new StringBuilder("set -e\n");
        script.append("mkdir -m 700 data\n");
        script.append("zstd -q -d -c base.tar.zst | tar -x -C data\n");
        script.append("cp backup_manifest data\n");
        for (PhysicalArchive archive : set.archives()) {
            if (archive.tablespaceOid() != null) {
                String space =
                        folder.resolve("space-" + archive.tablespaceOid()).toString();
                script.append("mkdir -m 700 %s\n".formatted(space));
                script.append("zstd -q -d -c %s | tar -x -C %s\n".formatted(archive.name(), space));
                script.append("ln -s %s data/pg_tblspc/%s\n".formatted(space, archive.tablespaceOid()));
            }
        }
        ServerUser.current().own(folder, "rwxr-xr-x");
        sh(folder, script.toString());
        return data;
    }

    private static void fetchWal(Path folder) throws Exception {
        Path wal = Files.createDirectory(folder.resolve("wal"));
        String prefix = stage.clusterFolder() + "wal/00000001/";
        try (var listed = stage.store().list(prefix, Optional.empty())) {
            for (var info : listed.toList()) {
                String name = info.key().substring(prefix.length());
                if (name.matches("[0-9A-F]{24}\\.zst")) {
                    try (InputStream in = stage.store().get(info.key(), Optional.empty())) {
                        Files.copy(in, wal.resolve(name));
                    }
                }
            }
        }
    }

    /** The tablespaces' new places, the archive, and go. */
    private static void start(Path folder, Path data, int port) throws Exception {
        sh(
                folder,
                """
                set -e
                for link in data/pg_tblspc/*; do echo "$(basename $link) $(readlink $link)"; done > map
                rm data/pg_tblspc/*
                cat map > data/tablespace_map
                touch data/recovery.signal
                """);
        Server.run(
                Map.of(),
                "pg_ctl",
                "-D",
                data.toString(),
                "-l",
                data.resolve("by-hand.log").toString(),
                "-o",
                "-p " + port + " -c archive_mode=off -c recovery_target=immediate -c recovery_target_action=promote"
                        + " -c \"restore_command=zstd -q -d -c " + folder.resolve("wal") + "/%f.zst > %p\"",
                "-w",
                "start");
        long until = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!ask(port, "select pg_is_in_recovery()").equals("f")) {
            assertThat(System.nanoTime()).isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String ask(int port, String query) throws Exception {
        Properties login = new Properties();
        login.put("user", PostgresCluster.SUPERUSER);
        login.put("password", stage.server().cluster().password());
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void fetch(ObjectRef object, Path file) throws Exception {
        try (InputStream in = stage.store().get(object.key(), Optional.of(object.sha256()))) {
            Files.copy(in, file);
        }
    }

    private static void sh(Path folder, String script) throws Exception {
        Process process = new ProcessBuilder(ServerUser.current().running(List.of("sh", "-c", script)))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
