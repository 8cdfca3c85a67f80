package dev.lifeboat.backup.stream;

import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A stream's slots on the server, by SQL: what they keep, and their end.
 *
 * @see <a href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">PostgreSQL: pg_replication_slots</a>
 */
final class ServerSlots {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final PostgresConnections CONNECTIONS = new PostgresConnections("lifeboat", PATIENCE, PATIENCE);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final String BOTH = "slot_name in (?, ? || '_hold')";

    private final PostgresTarget server;
    private final String slot;

    ServerSlots(PostgresTarget server, String slot) {
        this.server = server;
        this.slot = slot;
    }

    /**
     * What the server keeps.
     *
     * @param bytes of WAL, for whichever of the two slots is further behind
     * @param keepSize {@code max_slot_wal_keep_size} in bytes; empty when nothing limits it
     */
    record Kept(long bytes, Optional<Long> keepSize) {}

    /** What is kept for the stream; empty when it has no slot there. */
    Optional<Kept> kept() {
        return asking(
                "select max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()"
                        + " else pg_current_wal_lsn() end, restart_lsn))::bigint,"
                        + " (select setting::bigint from pg_settings where name = 'max_slot_wal_keep_size')"
                        + " from pg_replication_slots where " + BOTH,
                rows -> {
                    rows.next();
                    long bytes = Math.max(0, rows.getLong(1));
                    if (rows.wasNull()) {
                        return Optional.empty();
                    }
                    long megabytes = rows.getLong(2);
                    return Optional.of(new Kept(
                            bytes, rows.wasNull() || megabytes < 0 ? Optional.empty() : Optional.of(megabytes << 20)));
                });
    }

    /** Drops them, those that are there; whoever streams from one is ended first. Returns how many went. */
    int drop() {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (streaming() && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        return drop("true");
    }

    /** Drops those that the server has given up: they keep nothing, and nothing can be streamed from them. */
    int dropLost() {
        return drop("restart_lsn is null and active_pid is null");
    }

    private int drop(String which) {
        return asking(
                        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where " + BOTH + " and "
                                + which,
                        rows -> {
                            int dropped = 0;
                            while (rows.next()) {
                                dropped++;
                            }
                            return Optional.of(dropped);
                        })
                .orElse(0);
    }

    /** Ends whoever streams; true when there was somebody. */
    private boolean streaming() {
        return asking(
                        "select pg_terminate_backend(active_pid) from pg_replication_slots where active_pid is not null"
                                + " and " + BOTH,
                        rows -> Optional.of(rows.next()))
                .orElse(false);
    }

    private interface Reading<T> {
        Optional<T> read(ResultSet rows) throws SQLException;
    }

    private <T> Optional<T> asking(String sql, Reading<T> reading) {
        try (Connection connection = CONNECTIONS.open(server);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, slot);
            statement.setString(2, slot);
            try (ResultSet rows = statement.executeQuery()) {
                return reading.read(rows);
            }
        } catch (SQLException e) {
            throw PostgresException.of("Working on the slot " + slot + " at " + server.address(), e);
        }
    }
}
