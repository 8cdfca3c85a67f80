package dev.lifeboat.verifier.check;

import dev.lifeboat.platform.secrets.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A restored server and the way in.
 *
 * @param address host name or address
 * @param maintenanceDatabase one that is always there
 */
public record Sandbox(String address, int port, String user, Secret password, String maintenanceDatabase) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(30);

    /** A connection to a database of it, in a transaction; to be closed by the caller. */
    public Connection open(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {address});
        source.setPortNumbers(new int[] {port});
        source.setUser(user);
        source.setPassword(password.reveal());
        source.setDatabaseName(database);
        source.setSslMode("disable");
        source.setApplicationName("lifeboat-verifier");
        source.setConnectTimeout((int) CONNECT.toSeconds());
        source.setSocketTimeout((int) ANSWER.toSeconds());
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }
}
