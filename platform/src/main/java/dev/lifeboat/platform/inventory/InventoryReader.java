package dev.lifeboat.platform.inventory;

import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.schemas.backup.Inventory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads what a cluster consists of, PostgreSQL 13 and later. Needs no more than {@code pg_monitor}; what the role may
 * not see is left null and never guessed.
 *
 * <p>The connection is in a transaction (auto-commit off) and stays in it: begun as REPEATABLE READ, perhaps on an
 * imported snapshot, all that is transactional in the answer is of one moment. Sizes and estimates are the server's
 * present ones.
 *
 * @see <a href="https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-CONTROLDATA">control data</a>
 */
public final class InventoryReader {

    /** Settings that decide whether a restored copy starts, or whether it behaves as the source did. */
    static final List<String> SETTINGS = List.of(
            "archive_mode",
            "block_size",
            "cluster_name",
            "config_file",
            "data_checksums",
            "default_text_search_config",
            "default_toast_compression",
            "hba_file",
            "lc_collate",
            "lc_ctype",
            "lc_messages",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "local_preload_libraries",
            "max_connections",
            "max_locks_per_transaction",
            "max_prepared_transactions",
            "max_wal_senders",
            "max_worker_processes",
            "password_encryption",
            "segment_size",
            "server_encoding",
            "session_preload_libraries",
            "shared_buffers",
            "shared_preload_libraries",
            "TimeZone",
            "track_commit_timestamp",
            "wal_level",
            "wal_log_hints",
            "wal_segment_size");

    private static final Pattern ARCHITECTURE = Pattern.compile(" on ([A-Za-z0-9_]+)-");

    /** The whole cluster, with what was read of its databases before. */
    public Inventory cluster(Connection connection, Instant takenAt, List<Inventory.Database> databases)
            throws SQLException {
        Optional<String> system = Rows.permitted(
                connection, "select system_identifier::text from pg_control_system()", row -> row.getString(1));
        Optional<Integer> timeline =
                Rows.permitted(connection, "select timeline_id from pg_control_checkpoint()", row -> row.getInt(1));
        Map<String, String> settings = new TreeMap<>();
        Rows.list(
                connection,
                "select name, current_setting(name) as shown from pg_settings where name = any(?)",
                row -> settings.put(row.getString("name"), row.getString("shown")),
                (Object) SETTINGS.toArray(String[]::new));
        return Rows.one(
                connection,
                """
                select version() as version, current_setting('server_version') as server_version,
                  current_setting('server_version_num')::int as num,
                  (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment,
                  (select rolname from pg_roles where oid = 10) as bootstrap
                """,
                row -> new Inventory(
                        Inventory.FORMAT_VERSION,
                        takenAt,
                        system.orElse(null),
                        row.getString("server_version"),
                        row.getInt("num"),
                        architecture(row.getString("version")),
                        settings.containsKey("data_checksums") ? "on".equals(settings.get("data_checksums")) : null,
                        timeline.orElse(null),
                        Rows.big(row, "segment"),
                        row.getString("bootstrap"),
                        settings,
                        roles(connection),
                        tablespaces(connection),
                        List.copyOf(databases)));
    }

    /** Names of the databases that accept connections and are no templates, in order; that of the markers is left out. */
    public List<String> connectable(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select datname from pg_database where datallowconn and not datistemplate and "
                        + MarkerDatabase.LEFT_OUT + " order by datname collate \"C\"",
                row -> row.getString(1));
    }

    /** The database that the connection is in. */
    public Inventory.Database database(Connection connection) throws SQLException {
        int version = version(connection);
        List<Inventory.Extension> extensions = Rows.list(
                connection,
                """
                select e.extname, e.extversion, n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
                order by e.extname collate "C"
                """,
                row -> new Inventory.Extension(row.getString(1), row.getString(2), row.getString(3)));
        List<Inventory.Collation> collations = Rows.list(
                connection,
                CatalogSql.COLLATIONS,
                row -> new Inventory.Collation(
                        row.getString("nspname"),
                        row.getString("collname"),
                        provider(row.getString("collprovider")),
                        row.getString("collversion"),
                        row.getString("actual")));
        List<Inventory.Table> tables = Rows.list(
                connection,
                CatalogSql.TABLES,
                row -> new Inventory.Table(
                        row.getString("nspname"),
                        row.getString("relname"),
                        row.getString("relkind"),
                        row.getBoolean("relispartition"),
                        row.getBoolean("unlogged"),
                        row.getString("extname"),
                        Math.max(-1, row.getLong("reltuples")),
                        row.getLong("bytes")));
        Map<String, Long> counts =
                Rows.list(connection, CatalogSql.OBJECT_COUNTS, row -> Map.entry(row.getString(1), row.getLong(2)))
                        .stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum, TreeMap::new));
        Long largeObjects = Rows.one(connection, "select count(*) from pg_largeobject_metadata", row -> row.getLong(1));
        return Rows.one(
                connection,
                CatalogSql.database(version),
                row -> new Inventory.Database(
                        row.getString("datname"),
                        row.getLong("oid"),
                        row.getString("owner"),
                        row.getString("encoding"),
                        provider(row.getString("provider")),
                        row.getString("datcollate"),
                        row.getString("datctype"),
                        row.getString("icu_locale"),
                        row.getString("collation_version"),
                        row.getString("actual_version"),
                        row.getLong("bytes"),
                        extensions,
                        collations,
                        tables,
                        counts,
                        largeObjects));
    }

    /** {@code server_version_num}, e.g. 150018. */
    public static int version(Connection connection) throws SQLException {
        return Rows.one(connection, "select current_setting('server_version_num')::int", row -> row.getInt(1));
    }

    private static List<Inventory.Role> roles(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                """
                select r.rolname, r.rolsuper, r.rolcanlogin, r.rolreplication, r.rolbypassrls,
                  array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
                        where m.member = r.oid order by g.rolname collate "C") as member_of
                from pg_roles r where r.rolname !~ '^pg_' order by r.rolname collate "C"
                """,
                row -> new Inventory.Role(
                        row.getString("rolname"),
                        row.getBoolean("rolsuper"),
                        row.getBoolean("rolcanlogin"),
                        row.getBoolean("rolreplication"),
                        row.getBoolean("rolbypassrls"),
                        Rows.texts(row.getArray("member_of"))));
    }

    private static List<Inventory.Tablespace> tablespaces(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                """
                select spcname, pg_tablespace_location(oid) as location from pg_tablespace
                where spcname not in ('pg_default', 'pg_global') order by spcname collate "C"
                """,
                row -> new Inventory.Tablespace(row.getString("spcname"), row.getString("location")));
    }

    /** The processor in what {@code version()} says: {@code PostgreSQL 15.18 (…) on x86_64-pc-linux-gnu, compiled by …}. */
    static String architecture(String version) {
        Matcher matcher = ARCHITECTURE.matcher(version);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** {@code pg_collation.collprovider} in words. */
    static String provider(String letter) {
        return switch (letter) {
            case "c" -> "libc";
            case "i" -> "icu";
            case "b" -> "builtin";
            case "d" -> "default";
            case null, default -> letter;
        };
    }
}
