package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What a server says of itself.
 *
 * @param version as {@code server_version_num}, e.g. 150018
 * @param systemIdentifier minted by initdb
 * @param inRecovery whether it is a standby
 * @param dataDirectory null where the role may not see it
 * @param archiveTimeout after how long at the latest it closes a segment, seconds; 0 for never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ServerFacts(int version, String systemIdentifier, boolean inRecovery, String dataDirectory, int archiveTimeout) {

    /** The major version, e.g. 15. */
    int major() {
        return version / 10_000;
    }

    static ServerFacts read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        select current_setting('server_version_num')::int,
                               (select system_identifier::text from pg_catalog.pg_control_system()),
                               pg_catalog.pg_is_in_recovery(),
                               (select setting from pg_catalog.pg_settings where name = 'data_directory'),
                               (select setting::int from pg_catalog.pg_settings where name = 'archive_timeout')""")) {
            row.next();
            return new ServerFacts(row.getInt(1), row.getString(2), row.getBoolean(3), row.getString(4), row.getInt(5));
        }
    }
}
