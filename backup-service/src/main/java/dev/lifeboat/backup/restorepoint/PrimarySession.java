package dev.lifeboat.backup.restorepoint;

import dev.lifeboat.backup.restorepoint.RestorePoint.Place;
import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is done on a cluster's primary to make a restore point, and to get it out of the server. */
@ApplicationScoped
class PrimarySession {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat restore point", Duration.ofSeconds(5), Duration.ofSeconds(30));
    private static final String ABILITY =
            """
            select pg_is_in_recovery() as standby, current_setting('wal_level') as wal_level,
              has_function_privilege('pg_catalog.pg_create_restore_point(text)', 'execute') as point,
              has_function_privilege('pg_catalog.pg_switch_wal()', 'execute') as switch,
              (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment
            """;
    /** The position is behind the record: where that is a segment's end, the file before it holds the record. */
    private static final String CREATE =
            """
            select lsn::text as lsn, ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int as timeline, clock_timestamp() as at
            from pg_create_restore_point(?) as lsn
            """;

    private final SecretReferences secrets;

    PrimarySession(SecretReferences secrets) {
        this.secrets = secrets;
    }

    /**
     * What stands in the way; empty when nothing does.
     *
     * @throws PostgresException if the server does not answer
     */
    Optional<Failure> obstacle(ClusterSpec cluster) {
        try (Connection connection = open(cluster.connection());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ABILITY)) {
            row.next();
            if (row.getBoolean("standby")) {
                return Optional.of(new Failure(
                        "restore-point.not-primary",
                        "The server is a standby: restore points are made on the primary.",
                        "the primary",
                        "a server in recovery",
                        "Declare the primary: was there a failover?"));
            }
            if (row.getString("wal_level").equals("minimal")) {
                return Optional.of(new Failure(
                        "restore-point.wal-level",
                        "The server writes too little WAL for restore points.",
                        "wal_level = replica, or logical",
                        "wal_level = minimal",
                        "ALTER SYSTEM SET wal_level = 'replica'; and then restart the server."));
            }
            List<String> missing = new ArrayList<>();
            if (!row.getBoolean("point")) {
                missing.add("pg_create_restore_point(text)");
            }
            if (archives(cluster) && !row.getBoolean("switch")) {
                missing.add("pg_switch_wal()");
            }
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of(notGranted(cluster.connection().user(), missing));
        } catch (SQLException e) {
            throw PostgresException.of("Asking the server whether it takes a restore point", e);
        }
    }

    private static Failure notGranted(String user, List<String> functions) {
        List<String> grants = functions.stream()
                .map(function ->
                        "GRANT EXECUTE ON FUNCTION pg_catalog." + function + " TO " + Identifiers.quote(user) + ";")
                .toList();
        return new Failure(
                "postgres.grant-missing.restore-point",
                "The role " + Identifiers.quote(user) + " may not make a restore point and get it out of the server.",
                "EXECUTE on " + String.join(" and ", functions),
                "not granted",
                String.join(" ", grants));
    }

    /**
     * Makes it.
     *
     * @throws PostgresException if that is refused, or the answer got lost: then it may have been made
     */
    Place create(ClusterSpec cluster, String name) {
        try (Connection connection = open(cluster.connection());
                PreparedStatement statement = connection.prepareStatement(CREATE)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Place(
                        Lsn.parse(row.getString("lsn")),
                        row.getInt("timeline"),
                        row.getObject("at", OffsetDateTime.class).toInstant());
            }
        } catch (SQLException e) {
            throw PostgresException.of("Making the restore point", e);
        }
    }

    /**
     * A restore point alone is not even flushed. Where segments are archived, the open one is ended; where WAL is streamed, a
     * small transaction of our own is committed, which flushes all before it.
     *
     * @return the size of the server's segments
     * @throws PostgresException if the server does not do it
     */
    long forceOut(ClusterSpec cluster) {
        try (Connection connection = open(cluster.connection());
                Statement statement = connection.createStatement()) {
            if (archives(cluster)) {
                statement.execute("select pg_switch_wal()");
            } else {
                // Flushed here is enough: a synchronous standby that is away must not hold this up.
                statement.execute("set synchronous_commit = 'local'");
                statement.execute("select pg_logical_emit_message(true, 'lifeboat', 'restore point')");
            }
            try (ResultSet row = statement.executeQuery(ABILITY)) {
                row.next();
                return row.getLong("segment");
            }
        } catch (SQLException e) {
            throw PostgresException.of("Getting the restore point out of the server", e);
        }
    }

    private static boolean archives(ClusterSpec cluster) {
        return "archive".equals(cluster.wal().mode());
    }

    private Connection open(ClusterSpec.Connection declared) {
        return CONNECTIONS.open(new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                Optional.ofNullable(declared.password()).map(secrets::resolve),
                declared.database() == null ? "postgres" : declared.database(),
                SslMode.of(declared.sslMode()).orElse(SslMode.PREFER),
                Optional.ofNullable(declared.caFile()).map(Path::of)));
    }
}
