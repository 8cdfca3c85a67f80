package dev.lifeboat.backup.marker;

import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** A declared server, as far as markers go: its database {@code lifeboat}, made on first use. */
final class MarkerServer {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat markers", Duration.ofSeconds(5), Duration.ofSeconds(15));
    private static final String DATABASE_EXISTS = "42P04";
    private static final String STANDBY = "markers.standby";

    private final UUID cluster;
    private final ClusterSpec.Connection declared;
    private final Function<SecretRef, Secret> secrets;

    MarkerServer(UUID cluster, ClusterSpec.Connection declared, Function<SecretRef, Secret> secrets) {
        this.cluster = cluster;
        this.declared = declared;
        this.secrets = secrets;
    }

    /**
     * A session to write markers in.
     *
     * @throws MarkerTrouble if the server is a standby, we may not make the database, or somebody else's is called so
     * @throws PostgresException if the server does not answer
     */
    MarkerSession open() {
        makeSure();
        Connection connection = connect(MarkerDatabase.NAME);
        try {
            return MarkerSession.on(connection, cluster);
        } catch (SQLException e) {
            close(connection, e);
            throw trouble(e);
        }
    }

    private void makeSure() {
        try (Connection connection = connect(declared.database() == null ? "postgres" : declared.database());
                Statement statement = connection.createStatement()) {
            boolean there;
            try (ResultSet row = statement.executeQuery(
                    """
                    select pg_catalog.pg_is_in_recovery(),
                           (select coalesce(pg_catalog.shobj_description(oid, 'pg_database'), '') from pg_catalog.pg_database
                            where datname = 'lifeboat')
                    """)) {
                row.next();
                if (row.getBoolean(1)) {
                    throw new MarkerTrouble(standby(), null);
                }
                String comment = row.getString(2);
                if (MarkerDatabase.COMMENT.equals(comment)) {
                    return;
                }
                there = comment != null;
            }
            if (!there) {
                create(statement);
            } else if (!isEmptyAndOurs()) {
                throw new MarkerTrouble(taken(), null);
            }
            statement.execute("comment on database " + Identifiers.quote(MarkerDatabase.NAME) + " is "
                    + Identifiers.literal(MarkerDatabase.COMMENT));
        } catch (SQLException e) {
            throw trouble(e);
        }
    }

    private static void create(Statement statement) throws SQLException {
        try {
            statement.execute("create database " + Identifiers.quote(MarkerDatabase.NAME) + " template template0");
        } catch (SQLException e) {
            if (!DATABASE_EXISTS.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** We made it and ended before its comment was there. */
    private boolean isEmptyAndOurs() throws SQLException {
        try (Connection inside = connect(MarkerDatabase.NAME);
                Statement statement = inside.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        select (select pg_catalog.pg_has_role(current_user, datdba, 'USAGE') from pg_catalog.pg_database
                                where datname = pg_catalog.current_database())
                               and not exists (select from pg_catalog.pg_class c
                                               join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                                               where n.nspname <> 'information_schema' and n.nspname !~ '^pg_')
                        """)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private Connection connect(String database) {
        return CONNECTIONS.open(new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                Optional.ofNullable(declared.password()).map(secrets),
                database,
                SslMode.of(declared.sslMode()).orElse(SslMode.PREFER),
                Optional.ofNullable(declared.caFile()).map(Path::of)));
    }

    private static void close(Connection connection, SQLException because) {
        try {
            connection.close();
        } catch (SQLException closing) {
            because.addSuppressed(closing);
        }
    }

    private RuntimeException trouble(SQLException e) {
        return "42501".equals(e.getSQLState())
                ? new MarkerTrouble(refused(), e)
                : PostgresException.of("Preparing the database of the markers", e);
    }

    private Failure refused() {
        String user = Identifiers.quote(declared.user());
        return new Failure(
                "markers.not-permitted",
                "The role may not make the database that markers are written into.",
                "CREATEDB, or a database " + MarkerDatabase.NAME + " that belongs to the role",
                "neither",
                "CREATE DATABASE " + MarkerDatabase.NAME + " OWNER " + user + "; or ALTER ROLE " + user
                        + " CREATEDB; or declare markers: {enabled: false}.");
    }

    private static Failure taken() {
        return new Failure(
                "markers.database-taken",
                "There is a database " + MarkerDatabase.NAME + " that is not Lifeboat's: it is left alone.",
                "none, or an empty one that belongs to the role",
                "one with tables, or of another owner",
                "Rename it, or declare markers: {enabled: false}.");
    }

    private static Failure standby() {
        return new Failure(
                STANDBY,
                "The server is a standby: markers are written on the primary.",
                "the primary",
                "a server in recovery",
                "They go on when it is promoted, or when the connection leads to the primary.");
    }

    /** What a fault means to whoever looks at the markers. */
    static Failure failure(Throwable fault) {
        return switch (fault) {
            case MarkerTrouble trouble -> trouble.failure();
            case SecretException secret -> secret.failure();
            default -> PostgresFault.classify(fault).failure();
        };
    }

    /** Whether it may pass without anybody doing anything here. */
    static boolean passes(Throwable fault) {
        return switch (fault) {
            case MarkerTrouble trouble -> trouble.failure().code().equals(STANDBY);
            case PostgresException postgres -> postgres.fault().retryable();
            default -> DatabaseFaults.passes(fault);
        };
    }
}
