package dev.lifeboat.verifier.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.judgement.Endings;
import dev.lifeboat.verifier.judgement.Verdicts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One flipped bit in the files of a stopped server, and who notices it. */
class DamagedFilesIT {
    private static final int PAGE = 8192;
    private static final UUID CLUSTER = UUID.fromString("01930000-0000-7000-8000-00000000000c");
    private static final ProcessRunner PROCESSES =
            new ProcessRunner(LocalParts.shared().newFolder("damaged").resolve("p"), Duration.ofSeconds(5));
    private static final PostgresTools TOOLS = new PostgresTools(PROCESSES, PostgresTools.DEBIAN);

    @Test
    void aFlippedBitIsSeenByTheChecksumsAndByAmcheck() throws Exception {
        PostgresCluster server = LocalParts.shared().newPostgres("damaged", Map.of("max_connections", "20"));
        server.start(Lifetime.OF_THIS_JVM);
        server.execute(
                "postgres",
                "create table heap as select n, 'row ' || n as text from generate_series(1, 5000) n",
                "create index heap_n on heap (n)");
        Path heap = file(server, "heap");
        Path index = file(server, "heap_n");
        assertThat(amcheck(server).verdict()).isEqualTo(Verdict.PASSED);
        server.stop();
        assertThat(verdict(checksums(server))).isEqualTo(Verdict.PASSED);

        flip(heap, 3 * PAGE + PAGE - 20);
        flip(index, 2 * PAGE + PAGE - 40);

        Inspection found = checksums(server);
        assertThat(found.checksumFailures()).isEqualTo(2);
        assertThat(verdict(found)).isEqualTo(Verdict.FAILED);
        server.start(Lifetime.OF_THIS_JVM);
        try {
            Outcome outcome = amcheck(server);
            assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(outcome.found()).contains("heap").contains("invalid page");
        } finally {
            server.stop();
        }
    }

    /** What the whole drill comes to with these facts, all else being well. */
    private static Verdict verdict(Inspection facts) {
        return Verdicts.drill(
                        Endings.of("completed", null, facts, Endings.ALONE, Endings.GONE),
                        Optional.of(Endings.allPassed()))
                .verdict();
    }

    private static Outcome amcheck(PostgresCluster server) throws Exception {
        Sandbox sandbox =
                new Sandbox(PostgresCluster.HOST, server.port(), "postgres", Secret.of(server.password()), "postgres");
        Instant now = Instant.parse("2026-11-21T05:00:00Z");
        BackupManifest manifest = new BackupManifest(
                1,
                CLUSTER,
                CLUSTER,
                "shop",
                "pgbackrest",
                null,
                "1",
                "15.18",
                15,
                now,
                now,
                null,
                null,
                null,
                null,
                null,
                new ObjectRef("i", "ab".repeat(32), 1L),
                null,
                null,
                null);
        return new AmCheck(PROCESSES, TOOLS)
                .look(
                        sandbox,
                        new Material(CLUSTER, manifest, null, Optional.empty(), List.of("postgres"), Optional.empty()))
                .getFirst();
    }

    private static Inspection checksums(PostgresCluster server) throws Exception {
        ProcessResult result = PROCESSES.run(ProcessSpec.of(
                        TOOLS.find("pg_checksums", 15).toString(),
                        "--check",
                        "-D",
                        server.dataDirectory().toString())
                .stdout(new dev.lifeboat.platform.process.ProcessOutput.Tail(16 * 1024)));
        return new Inspection(
                "1",
                1,
                true,
                number("Blocks scanned:\\s+(\\d+)", result.stdout()),
                number("Bad checksums:\\s+(\\d+)", result.stdout()),
                List.of(),
                null);
    }

    private static Long number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Long.valueOf(matcher.group(1)) : null;
    }

    private static Path file(PostgresCluster server, String relation) throws Exception {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_relation_filepath('" + relation + "')")) {
            row.next();
            return server.dataDirectory().resolve(row.getString(1));
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 1);
        }
    }
}
