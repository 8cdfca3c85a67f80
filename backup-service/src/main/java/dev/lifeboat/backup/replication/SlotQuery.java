package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The slot by SQL: before version 15 the replication protocol has no command for it. */
final class SlotQuery {
    private static final String SQL =
            "select restart_lsn::text from pg_replication_slots where slot_name = ? and slot_type = 'physical'";

    private SlotQuery() {}

    static Optional<SlotState> read(PostgresTarget target, String slot) {
        PostgresConnections connections =
                new PostgresConnections("lifeboat", Duration.ofSeconds(10), Duration.ofSeconds(20));
        try (Connection connection = connections.open(target);
                PreparedStatement statement = connection.prepareStatement(SQL)) {
            statement.setString(1, slot);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new SlotState(
                                Optional.ofNullable(rows.getString(1)).map(Lsn::parse), Optional.empty()))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw PostgresException.of("Reading the slot " + slot + " at " + target.address(), e);
        }
    }
}
