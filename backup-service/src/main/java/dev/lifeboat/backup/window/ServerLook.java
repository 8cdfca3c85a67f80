package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Asks a cluster's server about its WAL. */
@ApplicationScoped
class ServerLook {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat window", Duration.ofSeconds(5), Duration.ofSeconds(30));
    private static final String QUESTION =
            """
            select pg_is_in_recovery() as in_recovery,
              (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment,
              case when pg_is_in_recovery() then (select timeline_id from pg_control_checkpoint())
                else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline,
              case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end::text as lsn,
              current_setting('archive_mode') as archive_mode,
              a.last_archived_wal, a.last_archived_time, a.last_failed_wal, a.last_failed_time
            from pg_stat_archiver a
            """;
    private static final String READY =
            "select min(modification) as oldest from pg_ls_archive_statusdir() where name like '%.ready'";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final SecretReferences secrets;

    ServerLook(SecretReferences secrets) {
        this.secrets = secrets;
    }

    /**
     * What a server says.
     *
     * @param lsn how far it has written; a standby: replayed
     * @param archiver what its archiver claims
     */
    record ServerWal(
            boolean inRecovery, long segmentBytes, int timeline, Lsn lsn, String archiveMode, Archiver archiver) {}

    /**
     * {@code pg_stat_archiver}: each is empty until it happens.
     *
     * @param oldestReady since when a full segment waits for it; empty where none does, or the role may not see it
     */
    record Archiver(
            Optional<String> lastArchived,
            Optional<Instant> lastArchivedAt,
            Optional<String> lastFailed,
            Optional<Instant> lastFailedAt,
            Optional<Instant> oldestReady) {}

    /**
     * Asks.
     *
     * @throws PostgresException if the server does not answer
     */
    ServerWal facts(ClusterSpec cluster) {
        try (Connection connection = open(cluster.connection());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            row.next();
            Optional<Instant> oldestReady = oldestReady(connection);
            return new ServerWal(
                    row.getBoolean("in_recovery"),
                    row.getLong("segment"),
                    row.getInt("timeline"),
                    Lsn.parse(row.getString("lsn")),
                    row.getString("archive_mode"),
                    new Archiver(
                            Optional.ofNullable(row.getString("last_archived_wal")),
                            at(row, "last_archived_time"),
                            Optional.ofNullable(row.getString("last_failed_wal")),
                            at(row, "last_failed_time"),
                            oldestReady));
        } catch (SQLException e) {
            throw PostgresException.of("Asking the server about its WAL", e);
        }
    }

    private static Optional<Instant> oldestReady(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(READY)) {
            row.next();
            return at(row, "oldest");
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** As the cluster's declared role. */
    Connection open(ClusterSpec.Connection declared) {
        return CONNECTIONS.open(new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                Optional.ofNullable(declared.password()).map(secrets::resolve),
                declared.database() == null ? "postgres" : declared.database(),
                SslMode.of(declared.sslMode()).orElse(SslMode.PREFER),
                Optional.ofNullable(declared.caFile()).map(Path::of)));
    }

    private static Optional<Instant> at(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
