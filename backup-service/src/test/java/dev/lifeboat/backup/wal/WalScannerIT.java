package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalFormatException;
import dev.lifeboat.platform.wal.WalScanner;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read from WAL, compared with what PostgreSQL's own pg_waldump reads. */
@Timeout(60)
class WalScannerIT {
    private static final long SIZE = 16L << 20;
    private static final Pattern COMMIT = Pattern.compile(
            "tx:\\s+(\\d+), lsn: ([0-9A-F/]+), .* desc: COMMIT(?:_PREPARED (\\d+):)? (\\d{4}-\\S+) (\\S+) UTC");

    private static Server server;
    private static Lsn start;
    private static Lsn end;
    private static byte[] wal;
    private static List<Commit> expected;

    @BeforeAll
    static void walOfEveryKindOverSeveralSegments() throws Exception {
        server = Server.primary(
                "scanned",
                Map.of(
                        "max_prepared_transactions",
                        "5",
                        "wal_level",
                        "logical",
                        "wal_keep_size",
                        "512MB",
                        "synchronous_commit",
                        "on"));
        start = new Lsn(server.flushed().value() & -SIZE);
        try (Connection connection = server.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table t (id int, text text)");
            statement.execute("create table dropped (id int primary key, text text)");
            statement.execute("begin; insert into t values (1, 'x'); savepoint a; insert into t values (2, 'x');"
                    + " release a; savepoint b; insert into t values (3, 'x'); rollback to b; commit");
            statement.execute("begin; insert into t values (4, 'x'); rollback");
            statement.execute("begin; create table made (id int); drop table dropped;"
                    + " savepoint s; create index on t (id); prepare transaction 'two'");
            statement.execute("select pg_create_restore_point('before the größte change')");
            statement.execute("commit prepared 'two'");
            statement.execute("begin; insert into t values (5, 'y'); prepare transaction 'gone'");
            statement.execute("rollback prepared 'gone'");
            statement.execute("select pg_switch_wal()");
            for (int i = 0; i < 300; i++) {
                statement.execute("insert into t select g, repeat('z', " + (i * 7 % 900) + ") from generate_series(1, "
                        + (i % 50) + ") g");
            }
            // Records that run over many pages, and over a segment's border.
            for (int i = 0; i < 40; i++) {
                statement.execute("select pg_logical_emit_message(true, 'p', repeat('m', 600000))");
            }
            statement.execute("select pg_create_restore_point('after')");
            statement.execute("create table last_one (id int)");
            statement.execute("checkpoint");
        }
        end = Lsn.parse(server.ask("select pg_current_wal_flush_lsn()"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (WalSegment segment = WalSegment.containing(1, start, SIZE);
                segment.start().isBefore(end);
                segment = segment.next()) {
            byte[] file = Files.readAllBytes(server.wal(segment.name()));
            all.write(file, 0, (int) Math.min(SIZE, end.minus(segment.start())));
        }
        wal = all.toByteArray();
        expected = pgWaldump();
        assertThat(wal.length).isGreaterThan((int) (2 * SIZE));
        assertThat(expected).hasSizeGreaterThan(330);
    }

    @AfterAll
    static void stop() {
        server.cluster().kill();
    }

    @Test
    void findsEveryCommitInPiecesOfAnySize() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            Seen seen = scan(start, 0, new Random(seed), seed == 0 ? wal.length : 1 << (seed * 5));
            assertThat(seen.commits).as("seed " + seed).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                Commit found = seen.commits.get(i);
                assertThat(new Commit(found.start(), Lsn.NONE, found.xid(), found.time()))
                        .isEqualTo(expected.get(i));
                assertThat(found.end()).isGreaterThan(found.start());
            }
            assertThat(seen.points).extracting(RestorePoint::name).containsExactly("before the größte change", "after");
        }
    }

    @Test
    void theEndOfACommitIsWhereTheServerSaysItIs() throws Exception {
        Lsn committed;
        Lsn from = new Lsn(server.flushed().value() & -SIZE);
        try (Connection connection = server.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into t values (99, 'here')");
            try (var row = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
                row.next();
                committed = Lsn.parse(row.getString(1));
            }
        }
        byte[] segment = Files.readAllBytes(
                server.wal(WalSegment.containing(1, from, SIZE).name()));
        Seen seen = new Seen();
        WalScanner scanner = new WalScanner(from, SIZE, seen);
        scanner.scan(segment, 0, (int) committed.minus(from));
        assertThat(seen.commits.getLast().end()).isEqualTo(committed);
        assertThat(scanner.validUpTo()).isEqualTo(committed);
    }

    @Test
    void takesUpInTheMiddle() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 25; i++) {
            int offset = random.nextInt(wal.length);
            Lsn from = start.plus(offset);
            Seen seen = scan(from, offset, random, 9000);
            List<Commit> behind = expected.stream()
                    .filter(commit -> !commit.start().isBefore(nextPage(from)))
                    .toList();
            List<Lsn> starts = seen.commits.stream().map(Commit::start).toList();
            assertThat(starts)
                    .as("from " + from)
                    .containsExactlyElementsOf(
                            behind.stream().map(Commit::start).toList());
        }
    }

    @Test
    void saysWhereItStopsBeingWal() throws Exception {
        byte[] damaged = wal.clone();
        int at = (int) expected.get(200).start().minus(start) + 30;
        damaged[at] ^= 1;
        Seen seen = new Seen();
        WalScanner scanner = new WalScanner(start, SIZE, seen);
        assertThatThrownBy(() -> scanner.scan(damaged, 0, damaged.length))
                .isInstanceOf(WalFormatException.class)
                .hasMessageContaining("checksum");
        assertThat(scanner.validUpTo()).isLessThanOrEqualTo(expected.get(200).start());
        assertThat(seen.commits).hasSize(200);

        byte[] cut = wal.clone();
        Arrays.fill(cut, at & -8192, cut.length, (byte) 0);
        WalScanner other = new WalScanner(start, SIZE, new Seen());
        assertThatThrownBy(() -> other.scan(cut, 0, cut.length)).isInstanceOf(WalFormatException.class);
        assertThat(other.validUpTo()).isLessThanOrEqualTo(start.plus(at & -8192));
    }

    private static Lsn nextPage(Lsn position) {
        return new Lsn((position.value() + 8191) & -8192L);
    }

    private static Seen scan(Lsn from, int offset, Random random, int longest) throws WalFormatException {
        Seen seen = new Seen();
        WalScanner scanner = new WalScanner(from, SIZE, seen);
        int at = offset;
        while (at < wal.length) {
            int part = Math.min(wal.length - at, 1 + random.nextInt(longest));
            scanner.scan(wal, at, part);
            at += part;
        }
        assertThat(scanner.position()).isEqualTo(end);
        return seen;
    }

    private static List<Commit> pgWaldump() throws Exception {
        String said = Server.run(
                Map.of("TZ", "UTC"),
                "pg_waldump",
                "--path=" + server.cluster().dataDirectory().resolve("pg_wal"),
                "--rmgr=Transaction",
                "--start=" + start.plus(40),
                "--end=" + end);
        List<Commit> commits = new ArrayList<>();
        for (String line : said.lines().toList()) {
            Matcher matcher = COMMIT.matcher(line);
            if (matcher.find()) {
                String xid = matcher.group(3) == null ? matcher.group(1) : matcher.group(3);
                commits.add(new Commit(
                        Lsn.parse(matcher.group(2)),
                        Lsn.NONE,
                        Long.parseLong(xid),
                        Instant.parse(matcher.group(4) + "T" + matcher.group(5) + "Z")));
            }
        }
        return commits;
    }

    private static final class Seen implements WalScanner.Found {
        private final List<Commit> commits = new ArrayList<>();
        private final List<RestorePoint> points = new ArrayList<>();

        @Override
        public void commit(Commit commit) {
            commits.add(commit);
        }

        @Override
        public void restorePoint(RestorePoint point) {
            points.add(point);
        }
    }
}
