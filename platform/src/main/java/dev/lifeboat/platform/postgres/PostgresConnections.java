package dev.lifeboat.platform.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Opens connections to the servers that are looked after: one at a time, no pool, closed by whoever opened it. */
public final class PostgresConnections {
    private final String applicationName;
    private final Duration connectTimeout;
    private final Duration socketTimeout;

    /**
     * @param applicationName how we are seen in {@code pg_stat_activity}
     * @param connectTimeout for reaching the server, and for logging in
     * @param socketTimeout longest silence of the server while it works on a statement; zero: none
     */
    public PostgresConnections(String applicationName, Duration connectTimeout, Duration socketTimeout) {
        this.applicationName = applicationName;
        this.connectTimeout = connectTimeout;
        this.socketTimeout = socketTimeout;
    }

    /** The same with another longest silence, for statements that work long before they answer. */
    public PostgresConnections withSocketTimeout(Duration silence) {
        return new PostgresConnections(applicationName, connectTimeout, silence);
    }

    /**
     * Opens a connection. UTC, and {@code extra_float_digits} as the driver sets it.
     *
     * @throws PostgresException when that did not work; the fault says why
     */
    public Connection open(PostgresTarget target) {
        try {
            // A database given as a property alone is not looked at: the driver takes the one in the URL, or the user's
            // name.
            String database = URLEncoder.encode(target.database(), StandardCharsets.UTF_8);
            Connection connection = new Driver().connect("jdbc:postgresql:" + database, properties(target));
            if (connection == null) {
                throw new SQLException("the driver did not take its own URL");
            }
            return connection;
        } catch (SQLException e) {
            throw PostgresException.of("Connecting to " + target.database() + " at " + target.address(), e);
        }
    }

    private Properties properties(PostgresTarget target) {
        Properties properties = new Properties();
        PGProperty.PG_HOST.set(properties, target.host());
        PGProperty.PG_PORT.set(properties, target.port());
        PGProperty.USER.set(properties, target.user());
        // Something must be given: without, the driver looks into the service's own ~/.pgpass.
        PGProperty.PASSWORD.set(
                properties, target.password().map(secret -> secret.reveal()).orElse(""));
        PGProperty.SSL_MODE.set(properties, target.sslMode().value());
        target.caFile().map(Path::toString).ifPresent(file -> PGProperty.SSL_ROOT_CERT.set(properties, file));
        PGProperty.APPLICATION_NAME.set(properties, applicationName);
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds(connectTimeout));
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds(connectTimeout));
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds(socketTimeout));
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.GSS_ENC_MODE.set(properties, "disable");
        return properties;
    }

    private static int seconds(Duration time) {
        return Math.toIntExact(time.plusMillis(999).toSeconds());
    }
}
