package dev.lifeboat.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.ScriptedContext;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.ObjectInfo;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code docs/recover-by-hand.md}, command by command: nothing of Lifeboat takes part in the recovery. */
@Timeout(120)
class RecoverByHandIT {
    private static final Path PAGE = Path.of("../docs/recover-by-hand.md");
    private static final Pattern COMMANDS = Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern PIECE = Pattern.compile(".*/[0-9A-F]{16}-([0-9A-F]{16})\\.zst(\\.age)?");
    private static final String PASSPHRASE = "correct horse battery staple";
    private static final String BIN = "/usr/lib/postgresql/15/bin";

    /** The way through an encrypted repository has all steps of the other one, and some of its own. */
    @Test
    void thePageBringsTheDatabaseBackOutOfAnEncryptedRepository() throws Exception {
        assumeTrue(isInstalled("age") && isInstalled("openssl"), "age and openssl are installed");
        thePageBringsTheDatabaseBack(Optional.of(PASSPHRASE));
    }

    @Test
    void thePageBringsTheDatabaseBack() throws Exception {
        assumeTrue(
                Boolean.getBoolean("lifeboat.soak") || !(isInstalled("age") && isInstalled("openssl")),
                "the encrypted way, which has the same steps, is not walked, or this is the long run");
        thePageBringsTheDatabaseBack(Optional.empty());
    }

    private static void thePageBringsTheDatabaseBack(Optional<String> passphrase) throws Exception {
        assumeTrue(isInstalled("rclone") && isInstalled("zstd"), "rclone and zstd are installed");
        LocalParts parts = LocalParts.shared();
        Path tablespace = parts.newFolder("fast");
        ServerUser.current().own(tablespace, "rwx------");
        try (PhysicalStage stage = new PhysicalStage("byhand", Map.of("max_connections", "123"), passphrase)) {
            stage.server()
                    .sql(
                            "create tablespace fast location '" + tablespace + "'",
                            "create table t (id int primary key, note text) tablespace fast",
                            "insert into t select g, md5(g::text) from generate_series(1, 1000) g",
                            "alter system set archive_command = 'false'");
            PhysicalStage.Stream stream = stage.stream();
            try {
                Job job = stage.job(stage.cluster(), null);
                try (ScriptedContext context = new ScriptedContext(job.backupId(), 1, stage.folder())) {
                    stage.method().take(job, context);
                }
                stage.server().sql("insert into t select g, 'later' from generate_series(1001, 2000) g");
                stage.server().sql("select pg_switch_wal()");
                stage.server().sql("insert into t values (2001, 'in the open segment')");
                awaitStored(stage, Lsn.parse(stage.server().ask("select pg_current_wal_flush_lsn()")));
            } finally {
                stream.close();
            }

            int port = Ports.free();
            Path folder = parts.newFolder("recovered");
            ServerUser.current().own(folder, "rwx------");
            Path authority = parts.newFolder("authority").resolve("ca.pem");
            Files.copy(parts.east().caFile(), authority);
            try {
                String said = run(folder, page(), environment(parts, authority, port));

                assertThat(said).contains("base.tar.zst" + (passphrase.isPresent() ? ".age" : "") + ": OK");
                assertThat(said).contains("backup successfully verified", "server started");
                assertThat(ask(folder, port, "select count(*) || ' ' || max(id) from t"))
                        .isEqualTo("2001 2001");
                assertThat(ask(folder, port, "select note from t where id = 2001"))
                        .isEqualTo("in the open segment");
                assertThat(ask(folder, port, "show archive_mode")).isEqualTo("off");
                assertThat(ask(folder, port, "select count(*) from t where note = md5(id::text)"))
                        .isEqualTo("1000");
            } finally {
                run(folder, BIN + "/pg_ctl -D data -m immediate -w stop || true", Map.of());
            }
        }
    }

    private static String page() throws Exception {
        String commands = COMMANDS.matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .collect(Collectors.joining("\n"));
        assertThat(commands).contains("pg_verifybackup", "pg_ctl", "psql");
        return "set -e\n" + commands;
    }

    private static Map<String, String> environment(LocalParts parts, Path authority, int port) {
        return Map.ofEntries(
                Map.entry("RCLONE_CONFIG", "/dev/null"),
                Map.entry("RCLONE_CA_CERT", authority.toString()),
                Map.entry("RCLONE_CONFIG_VAULT_TYPE", "s3"),
                Map.entry("RCLONE_CONFIG_VAULT_PROVIDER", "Other"),
                Map.entry("RCLONE_CONFIG_VAULT_FORCE_PATH_STYLE", "true"),
                Map.entry("RCLONE_CONFIG_VAULT_ENDPOINT", parts.east().endpoint()),
                Map.entry("RCLONE_CONFIG_VAULT_REGION", parts.east().region()),
                Map.entry("RCLONE_CONFIG_VAULT_ACCESS_KEY_ID", parts.east().accessKey()),
                Map.entry("RCLONE_CONFIG_VAULT_SECRET_ACCESS_KEY", parts.east().secretKey()),
                Map.entry("STORE", "vault:" + parts.east().bucket() + "/lifeboat"),
                Map.entry("CLUSTER", "byhand"),
                Map.entry("PASSPHRASE", PASSPHRASE),
                Map.entry("PORT", Integer.toString(port)),
                Map.entry("PATH", BIN + File.pathSeparator + System.getenv("PATH")));
    }

    /** Until a piece reaches that far. */
    private static void awaitStored(PhysicalStage stage, Lsn position) {
        long until = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            try (Stream<ObjectInfo> wal = stage.store().list(stage.clusterFolder() + "wal/", Optional.empty())) {
                boolean there = wal.map(ObjectInfo::key)
                        .map(PIECE::matcher)
                        .filter(Matcher::matches)
                        .map(piece -> new Lsn(Long.parseUnsignedLong(piece.group(1), 16)))
                        .anyMatch(end -> !end.isBefore(position));
                if (there) {
                    return;
                }
            }
            assertThat(System.nanoTime())
                    .as("the stream stores up to %s", position)
                    .isLessThan(until);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String ask(Path folder, int port, String query) throws Exception {
        return run(
                        folder,
                        BIN + "/psql -X -A -t -h " + folder + " -p " + port + " -U postgres -d postgres -c \"" + query
                                + "\"",
                        Map.of())
                .strip();
    }

    private static String run(Path folder, String script, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(ServerUser.current().running(List.of("sh", "-c", script)))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        // rclone refuses an authority that is named twice.
        builder.environment().remove("AWS_CA_BUNDLE");
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
