package dev.lifeboat.platform.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.inventory.FingerprintReader.Selection;
import dev.lifeboat.platform.inventory.FingerprintReader.Table;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a digest sees and what it does not, on a real server. */
class FingerprintReaderIT {
    private final LocalParts parts = LocalParts.shared();
    private final FingerprintReader reader = new FingerprintReader();
    private LocalParts.Database database;

    @BeforeEach
    void create() {
        database = parts.newDatabase("fingerprint");
    }

    @AfterEach
    void drop() {
        parts.postgres().execute("postgres", "drop database \"" + database.name() + "\" with (force)");
    }

    @Test
    void everySingleChangeIsSeen() throws SQLException {
        run(
                "create table t (id int primary key, note text, price numeric, at timestamptz, data bytea, f float8)",
                "insert into t select g, 'note ' || g, g / 7.0, timestamptz '2026-01-01 00:00Z' + g * interval '1 s',"
                        + " decode(md5(g::text), 'hex'), sqrt(g) from generate_series(1, 500) g");
        Set<String> seen = new HashSet<>(Set.of(digest("t")));
        for (String change : new String[] {
            "update t set note = 'Note 7' where id = 7",
            "update t set price = price + 0.000000000000000001 where id = 8",
            "update t set at = at + interval '1 microsecond' where id = 9",
            "update t set data = data || '\\x00'::bytea where id = 10",
            "update t set f = f + 4e-15 where id = 400",
            "update t set note = null where id = 11",
            "update t set note = '' where id = 11",
            "delete from t where id = 12",
            "update t set id = 12 where id = 13"
        }) {
            run(change);
            assertThat(seen.add(digest("t"))).as(change).isTrue();
        }
    }

    @Test
    void duplicatesCount() throws SQLException {
        run("create table t (note text)", "insert into t values ('a'), ('b'), ('b')");
        String once = digest("t");
        run("insert into t values ('a')", "delete from t where ctid = (select max(ctid) from t where note = 'b')");
        assertThat(digest("t")).isNotEqualTo(once);
    }

    @Test
    void orderOfRowsAndColumnsSettingsAndDroppedColumnsDoNotMatter() throws SQLException {
        run(
                "create table a (x int, \"Y y\" timestamptz, z float8, gone int, m money)",
                "insert into a select g, timestamptz '2026-01-01 00:00Z' + g * interval '1 h', 1.0 / g, 1, 3.5"
                        + " from generate_series(1, 100) g",
                "alter table a drop column gone",
                "create table b as select m, z, x, \"Y y\" from a order by x desc",
                "alter role \"" + database.user() + "\" set TimeZone = 'Asia/Tokyo'",
                "alter role \"" + database.user() + "\" set extra_float_digits = -10",
                "alter role \"" + database.user() + "\" set DateStyle = 'German'",
                "alter role \"" + database.user() + "\" set bytea_output = 'escape'",
                "alter table b owner to \"" + database.user() + "\"",
                "alter table a owner to \"" + database.user() + "\"");
        String asSuperuser = digest("a");
        assertThat(digest("b")).isEqualTo(asSuperuser);
        try (Connection other = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            assertThat(table(read(other, Selection.full()), "b").digest()).isEqualTo(asSuperuser);
        }
    }

    @Test
    void crueltyInNames() throws SQLException {
        run(
                "create schema \"sch 'e\"\"ma ü\"",
                "create table \"sch 'e\"\"ma ü\".\"lifeboat_row\" (\"lifeboat_row\" int, \"r\" text, \"se\"\"l'ect\" int)",
                "insert into \"sch 'e\"\"ma ü\".\"lifeboat_row\" values (1, 'ä', 2), (3, null, null)",
                "create table \"%I %s\" ()",
                "insert into \"%I %s\" default values",
                "create sequence \"sch 'e\"\"ma ü\".\"s'q\"",
                "select nextval('\"sch ''e\"\"ma ü\".\"s''q\"')");
        DatabaseFingerprint read = read(Selection.full());
        assertThat(read.tables())
                .extracting(TableFingerprint::schema, TableFingerprint::table, TableFingerprint::rows)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("public", "%I %s", 1L),
                        org.assertj.core.groups.Tuple.tuple("sch 'e\"ma ü", "lifeboat_row", 2L));
        assertThat(read.sequences()).singleElement().satisfies(sequence -> {
            assertThat(sequence.sequence()).isEqualTo("s'q");
            assertThat(sequence.lastValue()).isEqualTo(1);
            assertThat(sequence.called()).isTrue();
        });
    }

    @Test
    void whatCannotBeEqualIsLeftOutWithAReason() throws SQLException {
        run(
                "create extension pg_trgm",
                "create table t (id int, double int generated always as (id * 2) stored)",
                "insert into t values (1)",
                "create unlogged table u (id int)",
                "create materialized view m as select * from t",
                "create extension file_fdw",
                "create server files foreign data wrapper file_fdw",
                "create foreign table f (line text) server files options (filename '/etc/hostname')",
                "create table p (id int) partition by range (id)",
                "create table p1 partition of p for values from (0) to (10)",
                "insert into p values (1), (2)",
                "create temporary table temp (id int)");
        DatabaseFingerprint read = read(Selection.full());
        assertThat(read.tables())
                .extracting(TableFingerprint::table, TableFingerprint::rows, table -> table.excluded() != null)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("f", null, true),
                        org.assertj.core.groups.Tuple.tuple("m", null, true),
                        org.assertj.core.groups.Tuple.tuple("p1", 2L, false),
                        org.assertj.core.groups.Tuple.tuple("t", 1L, false),
                        org.assertj.core.groups.Tuple.tuple("u", null, true));
    }

    @Test
    void aSampleCountsAllAndDigestsTheSmallAndARestoredCopyIsReadAsDeep() throws SQLException {
        run(
                "create table big (id int)",
                "insert into big select generate_series(1, 50000)",
                "create table small (id int)",
                "insert into small values (1)");
        DatabaseFingerprint sample = read(Selection.sample(100_000));
        assertThat(table(sample, "big").digest()).isNull();
        assertThat(table(sample, "big").rows()).isEqualTo(50_000);
        assertThat(table(sample, "small").digest()).hasSize(64);
        assertThat(read(Selection.as(sample))).isEqualTo(sample);
    }

    @Test
    void largeObjectsAreDigestedWholeAndSparseOnesAreAsFullOfZeros() throws SQLException {
        run(
                "select lo_from_bytea(4711, decode(repeat('00ff', 900000), 'hex'))",
                "select lo_create(4712)",
                "select lo_put(4712, 5000, '\\x01')");
        DatabaseFingerprint sparse = read(Selection.full());
        run("select lo_unlink(4712)", "select lo_from_bytea(4712, decode(repeat('00', 5000) || '01', 'hex'))");
        DatabaseFingerprint full = read(Selection.full());
        assertThat(full.largeObjects()).isEqualTo(sparse.largeObjects());
        run("select lo_put(4711, 1700000, '\\x77')");
        assertThat(read(Selection.full()).largeObjects().digest())
                .isNotEqualTo(full.largeObjects().digest());
    }

    @Test
    void aRoleThatRowSecurityWouldFoolIsAnError() throws SQLException {
        run(
                "create table t (id int)",
                "insert into t values (1), (2)",
                "alter table t enable row level security",
                "create policy one on t using (id = 1)",
                "grant select on t to \"" + database.user() + "\"");
        try (Connection other = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            assertThatThrownBy(() -> read(other, Selection.full())).hasMessageContaining("row-level security");
        }
    }

    @Test
    void aTableThatWasTruncatedUnderTheSnapshotIsNamed() throws SQLException {
        run("create table t (id int)", "create table \"W x\" (id int)", "insert into \"W x\" values (1)");
        try (Connection snapshot = parts.postgres().connect(database.name())) {
            begin(snapshot);
            assertThat(reader.rewritten(snapshot)).isEmpty();
            run("truncate \"W x\"");
            assertThat(reader.rewritten(snapshot)).containsExactly(new Table("public", "W x"));
        }
    }

    @Test
    void outsideATransactionItRefuses() throws SQLException {
        try (Connection connection = parts.postgres().connect(database.name())) {
            assertThatThrownBy(() -> reader.plan(connection)).hasMessageContaining("transaction");
        }
    }

    private String digest(String table) throws SQLException {
        return table(read(Selection.full()), table).digest();
    }

    private static TableFingerprint table(DatabaseFingerprint read, String name) {
        return read.tables().stream()
                .filter(table -> table.table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private DatabaseFingerprint read(Selection selection) throws SQLException {
        try (Connection connection = parts.postgres().connect(database.name())) {
            return read(connection, selection);
        }
    }

    private DatabaseFingerprint read(Connection connection, Selection selection) throws SQLException {
        begin(connection);
        return reader.read(connection, database.name(), selection, relation -> {});
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    private void run(String... statements) {
        parts.postgres().execute(database.name(), statements);
    }
}
