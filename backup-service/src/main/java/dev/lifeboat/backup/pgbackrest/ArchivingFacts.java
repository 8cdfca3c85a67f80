package dev.lifeboat.backup.pgbackrest;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says about its archiving.
 *
 * @param version as {@code server_version_num}, e.g. 150018
 * @param inRecovery whether it is a standby
 * @param dataDirectory null where the role may not see it
 * @param archiveLibrary empty before PostgreSQL 15
 * @param databaseBytes of all databases; 0 where the role may not see it
 */
record ArchivingFacts(
        int version,
        boolean inRecovery,
        String dataDirectory,
        String walLevel,
        String archiveMode,
        String archiveCommand,
        String archiveLibrary,
        long databaseBytes) {

    private static final String QUESTION =
            """
            select current_setting('server_version_num')::int as version, pg_is_in_recovery() as in_recovery,
              (select setting from pg_settings where name = 'data_directory') as data_directory,
              current_setting('wal_level') as wal_level, current_setting('archive_mode') as archive_mode,
              (select setting from pg_settings where name = 'archive_command') as archive_command,
              coalesce(current_setting('archive_library', true), '') as archive_library,
              (select coalesce(sum(pg_database_size(oid)), 0)::bigint from pg_database
               where has_database_privilege(oid, 'connect') or pg_has_role('pg_read_all_stats', 'member')) as bytes
            """;

    static ArchivingFacts read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            row.next();
            return new ArchivingFacts(
                    row.getInt("version"),
                    row.getBoolean("in_recovery"),
                    row.getString("data_directory"),
                    row.getString("wal_level"),
                    row.getString("archive_mode"),
                    row.getString("archive_command"),
                    row.getString("archive_library"),
                    row.getLong("bytes"));
        }
    }

    /** The major version, e.g. 15. */
    int major() {
        return version / 10_000;
    }

    /** The command that is in force; empty when there is none. With archive_mode off the server shows "(disabled)". */
    String command() {
        return archiveCommand == null || archiveCommand.equals("(disabled)") ? "" : archiveCommand;
    }
}
