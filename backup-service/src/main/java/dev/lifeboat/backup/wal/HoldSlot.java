package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A second slot, never streamed from, that keeps on the server what only this host's disk has: a synchronous receiver
 * acknowledges before the store has it, and would lose it with its disk. Moved by SQL, only to what is stored.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">PostgreSQL: Replication
 *     Management Functions</a>
 */
final class HoldSlot {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PostgresTarget target;
    private final String name;
    private final PostgresConnections connections = new PostgresConnections("lifeboat", PATIENCE, PATIENCE);

    HoldSlot(PostgresTarget target, String name) {
        this.target = target;
        this.name = name;
    }

    /** Makes it if it is not there. Returns from where the server keeps WAL for it. */
    Lsn ensure() {
        return asking(
                """
                with known as (select restart_lsn from pg_replication_slots where slot_name = ?),
                     made as (select (pg_create_physical_replication_slot(?, true)).lsn where not exists (select from known))
                select restart_lsn::text from known union all select lsn::text from made""",
                name,
                name);
    }

    /** Lets the server forget what is before that position; never goes back. */
    Lsn advance(Lsn to) {
        return asking(
                """
                select case when restart_lsn < ?::pg_lsn
                       then (pg_replication_slot_advance(slot_name, ?::pg_lsn)).end_lsn else restart_lsn end::text
                from pg_replication_slots where slot_name = ?""",
                to.toString(),
                to.toString(),
                name);
    }

    private Lsn asking(String sql, String... parameters) {
        String doing = "Working on the slot " + name + " at " + target.address();
        try (Connection connection = connections.open(target);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next() || rows.getString(1) == null) {
                    throw new PostgresException(
                            doing,
                            dev.lifeboat.backup.replication.ReplicationFaults.slotInvalidated(
                                    name + " is gone or keeps nothing"),
                            null);
                }
                return Lsn.parse(rows.getString(1));
            }
        } catch (SQLException e) {
            throw PostgresException.of(doing, e);
        }
    }
}
