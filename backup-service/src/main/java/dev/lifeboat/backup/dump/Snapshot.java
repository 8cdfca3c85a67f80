package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.inventory.InventoryReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * One moment of one database, held open by a connection for as long as others read it: pg_dump's workers and our own
 * readers see exactly the same rows. The server's time limits for idle transactions do not apply to the holder.
 *
 * @see <a href="https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION">snapshot
 *     synchronization</a>
 */
final class Snapshot implements AutoCloseable {
    private final DumpSource source;
    private final String database;
    private final Connection holder;
    private final String name;
    private final Instant at;
    private final long oid;
    private final List<Connection> siblings = new ArrayList<>();
    private boolean closed;
    private volatile boolean settled;

    private Snapshot(DumpSource source, String database, Connection holder, String name, Instant at, long oid) {
        this.source = source;
        this.database = database;
        this.holder = holder;
        this.name = name;
        this.at = at;
        this.oid = oid;
    }

    /** Opens the holder, takes the snapshot and exports it. */
    static Snapshot take(DumpSource source, String database, long lockWaitMillis) throws SQLException {
        Connection holder = source.connect(database);
        try {
            begin(holder, lockWaitMillis);
            try (Statement statement = holder.createStatement();
                    ResultSet row = statement.executeQuery("select pg_export_snapshot(), clock_timestamp(),"
                            + " (select oid::bigint from pg_database where datname = current_database())")) {
                row.next();
                return new Snapshot(
                        source,
                        database,
                        holder,
                        row.getString(1),
                        row.getObject(2, OffsetDateTime.class).toInstant(),
                        row.getLong(3));
            }
        } catch (SQLException | RuntimeException failed) {
            holder.close();
            throw failed;
        }
    }

    /** Another connection in the same snapshot; ended with this one, its question cancelled. */
    Connection sibling(long lockWaitMillis) throws SQLException {
        Connection sibling = source.connect(database);
        synchronized (siblings) {
            siblings.add(sibling);
            if (closed) {
                sibling.close();
                throw new SQLException("the snapshot is over");
            }
        }
        begin(sibling, lockWaitMillis);
        try (Statement statement = sibling.createStatement()) {
            // the name comes from the server: hexadecimal digits and dashes
            statement.execute("set transaction snapshot '" + name.replace("'", "''") + "'");
        }
        return sibling;
    }

    private static void begin(Connection connection, long lockWaitMillis) throws SQLException {
        connection.setAutoCommit(true);
        int version = InventoryReader.version(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set idle_in_transaction_session_timeout = 0");
            statement.execute("set statement_timeout = 0");
            statement.execute("set lock_timeout = " + lockWaitMillis);
            if (version >= 140000) {
                statement.execute("set idle_session_timeout = 0");
            }
            if (version >= 170000) {
                statement.execute("set transaction_timeout = 0");
            }
            statement.execute("set session characteristics as transaction isolation level repeatable read read only");
        }
        connection.setAutoCommit(false);
    }

    /** The holder itself, for short questions. */
    Connection holder() {
        return holder;
    }

    String name() {
        return name;
    }

    Instant at() {
        return at;
    }

    long oid() {
        return oid;
    }

    /** Nobody asks anything any more: closing has nothing to cancel. */
    void settled() {
        settled = true;
    }

    /** Ends all connections; a question that one is still answering is cancelled on the server, too. */
    @Override
    public void close() throws SQLException {
        List<Connection> all;
        synchronized (siblings) {
            closed = true;
            all = new ArrayList<>(siblings);
        }
        all.add(holder);
        SQLException first = null;
        for (Connection connection : all) {
            try {
                if (!connection.isClosed()) {
                    if (!settled) {
                        connection.unwrap(PGConnection.class).cancelQuery();
                    }
                    connection.close();
                }
            } catch (SQLException failed) {
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
