package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.postgres.ToolLogin;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The server that is dumped, for our own connections and for PostgreSQL's programs. The password reaches a program by a
 * file of mode 0600 that is gone when this is closed; everything else by a connection URI of which each byte is
 * percent-encoded: a database may be called {@code a=b} or {@code postgresql://x}, no name can be mistaken for a secret,
 * and what the program sees does not depend on the character set of this process.
 */
final class DumpSource implements AutoCloseable {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat backup", Duration.ofSeconds(10), Duration.ZERO);

    private final PostgresTarget maintenance;
    private final ToolLogin login;

    private DumpSource(PostgresTarget maintenance, ToolLogin login) {
        this.maintenance = maintenance;
        this.login = login;
    }

    /** Writes the password file into the folder. */
    static DumpSource open(ClusterSpec.Connection connection, Optional<Secret> password, Path folder) {
        PostgresTarget target = new PostgresTarget(
                connection.host(),
                connection.port(),
                connection.user(),
                password,
                Optional.ofNullable(connection.database()).orElse("postgres"),
                Optional.ofNullable(connection.sslMode()).flatMap(SslMode::of).orElse(SslMode.PREFER),
                Optional.ofNullable(connection.caFile()).map(Path::of));
        return new DumpSource(target, ToolLogin.create(target, folder, Optional.empty()));
    }

    /** A connection of our own, without a limit on how long an answer may take. The caller closes it. */
    Connection connect(String database) throws SQLException {
        Connection connection = CONNECTIONS.open(maintenance.withDatabase(database));
        try {
            connection.setReadOnly(true);
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    /** The maintenance database. */
    String maintenance() {
        return maintenance.database();
    }

    /** What libpq's programs get as {@code --dbname}. */
    String uri(String database) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("host", maintenance.host());
        parameters.put("port", String.valueOf(maintenance.port()));
        parameters.put("user", maintenance.user());
        parameters.put("dbname", database);
        parameters.put("sslmode", maintenance.sslMode().value());
        parameters.put("application_name", "lifeboat backup");
        return parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + percent(parameter.getValue()))
                .collect(Collectors.joining("&", "postgresql://?", ""));
    }

    /** The specification of one of libpq's programs with what it needs to log in; it speaks English. */
    ProcessSpec login(ProcessSpec spec) {
        return login.applyTo(spec).environment("LC_ALL", "C.UTF-8");
    }

    /** Each byte as {@code %XX}, also plain ones. */
    static String percent(String value) {
        StringBuilder text = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            text.append('%').append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    /** Removes the password file. */
    @Override
    public void close() {
        login.close();
    }
}
