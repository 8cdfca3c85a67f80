package dev.lifeboat.system.stack;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Holds up whoever reads a table at the source: a dump that is under way stays so. */
public final class TableLock implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(50);

    private final SystemStack stack;
    private final Connection connection;

    private TableLock(SystemStack stack, Connection connection) {
        this.stack = stack;
        this.connection = connection;
    }

    /** Locks a table against everybody. */
    public static TableLock on(SystemStack stack, String database, String table) {
        try {
            Connection connection = stack.server().connect(database);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("lock table " + table + " in access exclusive mode");
            }
            return new TableLock(stack, connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a dump stands before the lock. */
    public void awaitDump() {
        await("a dump that waits for the table").atMost(LIMIT).until(() -> {
            try (Connection asking = stack.server().connect("postgres");
                    Statement statement = asking.createStatement();
                    ResultSet row = statement.executeQuery("select count(*) from pg_stat_activity"
                            + " where wait_event_type = 'Lock' and query ilike 'lock table%'")) {
                row.next();
                return row.getInt(1) > 0;
            }
        });
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
