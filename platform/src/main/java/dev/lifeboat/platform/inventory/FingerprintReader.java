package dev.lifeboat.platform.inventory;

import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.LargeObjects;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads what the tables of one database contain: numbers of rows, and digests that do not depend on the order of rows,
 * on the order of columns, or on where and when they are read. Row values never leave the server.
 *
 * <p>A digest is the sum, modulo 2^128 each, of two 64-bit hashes ({@code hashtextextended} with two seeds) of each row's
 * text, columns in order of their names, generated columns left out because a restore computes them again. The server
 * cannot change that hash without breaking every hash-partitioned table, so it is the same in all versions since 11. A
 * row that is lost, doubled or altered by accident is missed with probability 2^-128; it is no defence against somebody
 * who may write to the table and wants a collision.
 *
 * <p>The connection is in a transaction (auto-commit off) and stays in it; settings on which the text of a value depends
 * are pinned for the transaction. Row security that would hide rows is an error, never a smaller count.
 */
public final class FingerprintReader {

    /** Name of the way in which digests are made; only digests of equal algorithms compare. */
    public static final String ALGORITHM = "row-text-by-column-name/hashtextextended-seeds-0-1/sum128/v1";

    private static final String PIN = Map.ofEntries(
                    Map.entry("search_path", ""),
                    Map.entry("DateStyle", "ISO, MDY"),
                    Map.entry("TimeZone", "UTC"),
                    Map.entry("IntervalStyle", "postgres"),
                    Map.entry("extra_float_digits", "3"),
                    Map.entry("bytea_output", "hex"),
                    Map.entry("lc_monetary", "C"),
                    Map.entry("quote_all_identifiers", "off"),
                    Map.entry("row_security", "off"),
                    Map.entry("statement_timeout", "0"),
                    Map.entry("jit", "off"))
            .entrySet()
            .stream()
            .map(setting -> "set_config('" + setting.getKey() + "', '" + setting.getValue() + "', true)")
            .collect(Collectors.joining(", ", "select ", ""));

    /** What shall be read of a table. */
    public enum Depth {
        COUNT,
        DIGEST
    }

    /**
     * A table, materialised view or foreign table as the plan sees it.
     *
     * @param bytes that it occupies; grows with bloat, so only an estimate of the work
     * @param excluded why it is not read, or null
     */
    public record Relation(String schema, String name, long bytes, String excluded, String columns, String source) {}

    /** A table's name. */
    public record Table(String schema, String name) {}

    /** Decides how deep a table is read. */
    public interface Selection {
        /** For a table that is not excluded. */
        Depth of(Relation relation);

        /** Each row of each table. */
        static Selection full() {
            return relation -> Depth.DIGEST;
        }

        /** Counts for all, digests for tables up to so many bytes. */
        static Selection sample(long bytes) {
            return relation -> relation.bytes() <= bytes ? Depth.DIGEST : Depth.COUNT;
        }

        /** As deep as an earlier reading went: for comparing a restored copy with it. */
        static Selection as(DatabaseFingerprint earlier) {
            Map<List<String>, Depth> depths = earlier.tables().stream()
                    .collect(Collectors.toMap(
                            table -> List.of(table.schema(), table.table()),
                            table -> table.digest() == null ? Depth.COUNT : Depth.DIGEST));
            return relation -> depths.getOrDefault(List.of(relation.schema(), relation.name()), Depth.DIGEST);
        }
    }

    /** Told after each table that was read. */
    public interface Listener {
        /** One more table is read. */
        void read(Relation relation);
    }

    /**
     * Reads the whole database on one connection.
     *
     * @throws SQLException if a table cannot be read; the reading as a whole is then worth nothing
     */
    public DatabaseFingerprint read(Connection connection, String database, Selection selection, Listener listener)
            throws SQLException {
        List<TableFingerprint> tables = new ArrayList<>();
        for (Relation relation : plan(connection)) {
            tables.add(table(connection, relation, selection));
            listener.read(relation);
        }
        return new DatabaseFingerprint(database, tables, sequences(connection), largeObjects(connection));
    }

    /** All relations that have rows, in a stable order; leaves of partitioned tables, not their roots. */
    public List<Relation> plan(Connection connection) throws SQLException {
        pin(connection);
        return Rows.list(
                connection,
                RelationSql.PLAN,
                row -> new Relation(
                        row.getString("nspname"),
                        row.getString("relname"),
                        row.getLong("bytes"),
                        exclusion(
                                row.getString("relkind"),
                                row.getString("relpersistence"),
                                row.getString("extname"),
                                row.getBoolean("config")),
                        row.getString("columns"),
                        row.getString("source")));
    }

    /** Why a relation is left out of equality; null if it is not. */
    static String exclusion(String kind, String persistence, String extension, boolean configuration) {
        if (kind.equals("m")) {
            return "materialised view: a restore computes it again";
        }
        if (kind.equals("f")) {
            return "foreign table: its rows are elsewhere";
        }
        if (persistence.equals("u")) {
            return "unlogged: empty after a crash or a physical restore";
        }
        if (extension != null && !configuration) {
            return "belongs to extension " + extension;
        }
        return null;
    }

    /** One relation of the {@link #plan}, on any connection that sees the same snapshot. */
    public TableFingerprint table(Connection connection, Relation relation, Selection selection) throws SQLException {
        if (relation.excluded() != null) {
            return new TableFingerprint(relation.schema(), relation.name(), null, null, relation.excluded());
        }
        pin(connection);
        return switch (selection.of(relation)) {
            case COUNT ->
                new TableFingerprint(
                        relation.schema(),
                        relation.name(),
                        Rows.one(connection, "select count(*) from " + relation.source(), row -> row.getLong(1)),
                        null,
                        null);
            case DIGEST ->
                // OFFSET 0 keeps the planner from computing the row's text once for each hash
                Rows.one(
                        connection,
                        "select count(*), sum(hashtextextended(r, 0)), sum(hashtextextended(r, 1)) from (select row("
                                + relation.columns() + ")::text collate \"C\" as r from " + relation.source()
                                + " offset 0) s",
                        row -> new TableFingerprint(
                                relation.schema(), relation.name(), row.getLong(1), digest(row, 2), null));
        };
    }

    /** All sequences. They are not transactional: what is read is the present state, not the snapshot's. */
    public List<SequenceState> sequences(Connection connection) throws SQLException {
        pin(connection);
        List<SequenceState> states = new ArrayList<>();
        List<String> selects = Rows.list(connection, RelationSql.SEQUENCES, row -> row.getString(1));
        for (int from = 0; from < selects.size(); from += 200) {
            states.addAll(Rows.list(
                    connection,
                    String.join(" union all ", selects.subList(from, Math.min(from + 200, selects.size()))),
                    row -> new SequenceState(row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4))));
        }
        return states;
    }

    /** All large objects, in pieces of 1 MiB: a sparse one has the same digest as one that is full of zeros. */
    public LargeObjects largeObjects(Connection connection) throws SQLException {
        pin(connection);
        long count = Rows.one(connection, "select count(*) from pg_largeobject_metadata", row -> row.getLong(1));
        String digest = count == 0
                ? hex(BigInteger.ZERO, BigInteger.ZERO)
                : Rows.one(connection, RelationSql.LARGE_OBJECTS, row -> digest(row, 1));
        return new LargeObjects(count, digest);
    }

    /**
     * Tables that were truncated or rewritten by somebody after the snapshot of this transaction: what is read of them now
     * is not what the snapshot held.
     */
    public List<Table> rewritten(Connection connection) throws SQLException {
        return Rows.list(connection, RelationSql.REWRITTEN, row -> new Table(row.getString(1), row.getString(2)));
    }

    private static void pin(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new SQLException(
                    "fingerprints are read inside a transaction, this connection is in auto-commit mode");
        }
        Rows.one(connection, PIN, row -> row.getString(1));
    }

    private static String digest(ResultSet row, int column) throws SQLException {
        return hex(sum(row, column), sum(row, column + 1));
    }

    private static BigInteger sum(ResultSet row, int column) throws SQLException {
        java.math.BigDecimal sum = row.getBigDecimal(column);
        return sum == null ? BigInteger.ZERO : sum.toBigIntegerExact();
    }

    /** Two sums as 64 hex digits, each in two's complement of 128 bits. */
    static String hex(BigInteger first, BigInteger second) {
        return hex128(first) + hex128(second);
    }

    private static String hex128(BigInteger sum) {
        String digits = sum.mod(BigInteger.ONE.shiftLeft(128)).toString(16).toLowerCase(Locale.ROOT);
        return "0".repeat(32 - digits.length()) + digits;
    }
}
