package dev.lifeboat.backup.fleet;

import dev.lifeboat.backup.replication.ReplicationConnection;
import dev.lifeboat.backup.replication.ReplicationOptions;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Connections for a look at a server: short, read only; the password is resolved for each, at the last moment. */
final class DeclaredSessions implements ClusterProbe.Sessions {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat", Duration.ofSeconds(5), Duration.ofSeconds(30));

    private final Function<SecretRef, Secret> secrets;

    DeclaredSessions(Function<SecretRef, Secret> secrets) {
        this.secrets = secrets;
    }

    @Override
    public Connection open(ClusterSpec.Connection declared, String database) {
        Connection connection;
        try {
            connection = CONNECTIONS.open(target(declared, database));
        } catch (PostgresException e) {
            throw declared.password() == null && wantsPassword(e) ? passwordMissing(declared, e) : e;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = '15s'; set default_transaction_read_only = on");
            return connection;
        } catch (SQLException e) {
            try {
                connection.close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw PostgresException.of("Preparing a look at " + declared.host() + ":" + declared.port(), e);
        }
    }

    private PostgresTarget target(ClusterSpec.Connection declared, String database) {
        return new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                Optional.ofNullable(declared.password()).map(secrets),
                database,
                SslMode.of(declared.sslMode()).orElseThrow(),
                Optional.ofNullable(declared.caFile()).map(Path::of));
    }

    /** Logs in for replication and asks who is there; nothing else. */
    Optional<PostgresFault> replicationRefused(ClusterSpec.Connection declared) {
        try (ReplicationConnection connection =
                ReplicationConnection.open(target(declared, declared.database()), ReplicationOptions.of("lifeboat"))) {
            connection.identifySystem();
            return Optional.empty();
        } catch (PostgresException e) {
            return Optional.of(e.fault());
        }
    }

    /** The driver gives up by itself (08004) where it has none, the server (28P01) where it got an empty one. */
    private static boolean wantsPassword(PostgresException e) {
        return e.getCause() instanceof SQLException sql
                && ("08004".equals(sql.getSQLState()) || "28P01".equals(sql.getSQLState()))
                && String.valueOf(sql.getMessage()).contains("password");
    }

    private static PostgresException passwordMissing(ClusterSpec.Connection declared, PostgresException cause) {
        return new PostgresException(
                "Connecting to " + declared.host() + ":" + declared.port(),
                new PostgresFault(
                        false,
                        new Failure(
                                "postgres.password-missing",
                                "The server wants a password, and none is declared.",
                                "connection.password",
                                "nothing",
                                "Refer to the password: {env: LIFEBOAT_SECRET_…} or {file: …}.")),
                cause);
    }
}
