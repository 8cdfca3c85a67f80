package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.postgres.MarkerDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has to be known of a server and of a database before and while it is dumped. */
final class DatabaseFacts {
    private DatabaseFacts() {}

    /** A database that can be dumped. */
    record Dumpable(String name, long bytes) {}

    /** All that accept connections and are no templates, by name; that of the markers is left out. */
    static List<Dumpable> dumpable(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                select datname, case when has_database_privilege(oid, 'connect') or pg_has_role('pg_read_all_stats', 'member')
                  then pg_database_size(oid) else 0 end
                from pg_database where datallowconn and not datistemplate and %s order by datname collate "C"
                """
                                .formatted(MarkerDatabase.LEFT_OUT));
                ResultSet rows = statement.executeQuery()) {
            List<Dumpable> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new Dumpable(rows.getString(1), rows.getLong(2)));
            }
            return found;
        }
    }

    /**
     * Tables whose rows pg_dump must have written, by oid: ordinary tables of users, and those of extensions that are
     * registered as configuration.
     *
     * @see <a href="https://www.postgresql.org/docs/15/extend-extensions.html#EXTEND-EXTENSIONS-CONFIG-TABLES">extension
     *     configuration tables</a>
     */
    static Map<Long, String> tablesWithData(Connection snapshot) throws SQLException {
        try (PreparedStatement statement = snapshot.prepareStatement(
                        """
                select c.oid::bigint, format('%I.%I', n.nspname, c.relname)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
                  and n.nspname <> 'information_schema'
                  and (not exists (select from pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
                      and d.objid = c.oid and d.objsubid = 0 and d.deptype = 'e')
                    or exists (select from pg_extension e where c.oid = any (e.extconfig)))
                """);
                ResultSet rows = statement.executeQuery()) {
            Map<Long, String> tables = new LinkedHashMap<>();
            while (rows.next()) {
                tables.put(rows.getLong(1), rows.getString(2));
            }
            return tables;
        }
    }
}
