package dev.lifeboat.platform.events.outbox;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;

/**
 * One connection that is kept open: it hears from other instances that they committed something, and its end tells them
 * that this instance is gone.
 */
final class OutboxListener implements Runnable {
    private static final Logger LOG = Logger.getLogger(OutboxListener.class);
    private static final String CHANNEL = "lifeboat_outbox";

    private final DataSource dataSource;
    private final RelaySignal signal;
    private final Duration pause;
    private volatile BackendLife life;
    private volatile boolean stopped;

    OutboxListener(DataSource dataSource, RelaySignal signal, Duration pause) {
        this.dataSource = dataSource;
        this.signal = signal;
        this.pause = pause;
    }

    /** The connection's server process; empty while there is none. */
    Optional<BackendLife> life() {
        return Optional.ofNullable(life);
    }

    /** Tells the instance that carries the outbox that there is something in it. */
    static String notification() {
        return "notify " + CHANNEL;
    }

    @Override
    public void run() {
        while (!stopped) {
            try (Connection connection = dataSource.getConnection()) {
                listen(connection);
            } catch (SQLException e) {
                LOG.debugf(e, "the outbox cannot be listened to; trying again");
            } finally {
                life = null;
            }
            rest();
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Else the guard against forgotten transactions never matters here, and TCP keeps a dead peer for hours.
            statement.execute("listen " + CHANNEL);
            try (ResultSet self = statement.executeQuery(
                    "select pid, backend_start::text from pg_stat_activity" + " where pid = pg_backend_pid()")) {
                self.next();
                life = new BackendLife(self.getInt(1), self.getString(2));
            }
        }
        signal.wake();
        PGConnection notifications = connection.unwrap(PGConnection.class);
        try {
            while (!stopped) {
                var heard = notifications.getNotifications(1000);
                if (heard != null && heard.length > 0) {
                    signal.wake();
                }
            }
        } finally {
            forget(connection);
        }
    }

    private static void forget(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("unlisten *");
        } catch (SQLException e) {
            LOG.debugf(e, "the connection that listened is broken; the pool will see");
        }
    }

    private void rest() {
        if (stopped) {
            return;
        }
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            stopped = true;
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopped = true;
    }
}
