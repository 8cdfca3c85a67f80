package dev.lifeboat.backup.marker;

import dev.lifeboat.platform.postgres.PostgresException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A connection to the markers' database of one primary. Each marker is committed by itself, with the server's
 * {@code clock_timestamp()}: {@code now()} would be the moment of the transaction's begin.
 */
final class MarkerSession implements AutoCloseable {
    /** Rows at most; the oldest is overwritten. */
    static final int RING = 600;

    private static final String WRITE =
            """
            insert into lifeboat.marker as ring (slot, cluster, written_at, written_lsn, timeline)
            select ?, ?, pg_catalog.clock_timestamp(), at.lsn,
                   ('x' || pg_catalog.left(pg_catalog.pg_walfile_name(at.lsn), 8))::bit(32)::int
            from (select pg_catalog.pg_current_wal_insert_lsn() as lsn offset 0) at
            on conflict (slot) do update set cluster = excluded.cluster, written_at = excluded.written_at,
                written_lsn = excluded.written_lsn, timeline = excluded.timeline
            returning written_at, written_lsn::text, timeline
            """;

    private static final String RETURNED =
            "select pg_catalog.clock_timestamp(), pg_catalog.pg_current_wal_insert_lsn()::text";

    private final Connection connection;
    private final UUID cluster;
    private int slot;

    private MarkerSession(Connection connection, UUID cluster, int slot) {
        this.connection = connection;
        this.cluster = cluster;
        this.slot = slot;
    }

    /** Takes over the connection; the ring is made if it is not there. */
    static MarkerSession on(Connection connection, UUID cluster) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            // A marker that waits is worth less than the next one. What was committed must stay committed.
            statement.execute(
                    """
                    set statement_timeout = '10s'; set lock_timeout = '5s';
                    select pg_catalog.set_config('synchronous_commit', 'local', false)
                    where pg_catalog.current_setting('synchronous_commit') = 'off';
                    """);
            statement.execute(
                    """
                    create schema if not exists lifeboat;
                    create table if not exists lifeboat.marker (
                        slot        int primary key,
                        cluster     uuid not null,
                        written_at  timestamptz not null,
                        written_lsn pg_lsn not null,
                        timeline    int not null
                    ) with (fillfactor = 20);
                    """);
            try (ResultSet row = statement.executeQuery(
                    "select coalesce((select slot from lifeboat.marker order by written_at desc limit 1), -1)")) {
                row.next();
                return new MarkerSession(connection, cluster, row.getInt(1));
            }
        }
    }

    /**
     * Writes one and waits for its commit.
     *
     * @throws PostgresException if it is not known to be committed: then it proves nothing, and nobody counts on it
     */
    Marker write() {
        int next = (slot + 1) % RING;
        try (PreparedStatement write = connection.prepareStatement(WRITE)) {
            write.setInt(1, next);
            write.setObject(2, cluster);
            OffsetDateTime writtenAt;
            String writtenLsn;
            int timeline;
            try (ResultSet row = write.executeQuery()) {
                row.next();
                writtenAt = row.getObject(1, OffsetDateTime.class);
                writtenLsn = row.getString(2);
                timeline = row.getInt(3);
            }
            slot = next;
            try (Statement ask = connection.createStatement();
                    ResultSet row = ask.executeQuery(RETURNED)) {
                row.next();
                return new Marker(
                        writtenAt.toInstant(),
                        row.getObject(1, OffsetDateTime.class).toInstant(),
                        writtenLsn,
                        row.getString(2),
                        timeline);
            }
        } catch (SQLException e) {
            throw PostgresException.of("Writing a marker", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
