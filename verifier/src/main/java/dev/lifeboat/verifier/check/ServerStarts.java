package dev.lifeboat.verifier.check;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The restored server runs, is out of recovery and takes a write. */
@ApplicationScoped
class ServerStarts implements Check {

    @Override
    public String name() {
        return "server-starts";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public List<Outcome> look(Sandbox sandbox, Material material) throws Exception {
        try (Connection connection = sandbox.open(sandbox.maintenanceDatabase());
                Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("select pg_is_in_recovery(), current_setting('server_version')")) {
                row.next();
                if (row.getBoolean(1)) {
                    return List.of(Outcome.failed(
                            name(), "The server is still in recovery.", "a server that takes writes", "a standby"));
                }
            }
            return List.of(write(connection, statement));
        }
    }

    /** In a schema of its own, because there may be no other; rolled back. */
    private Outcome write(Connection connection, Statement statement) throws SQLException {
        try {
            // The owner may have made read-only the default; what counts is whether a write is possible.
            connection.rollback();
            statement.execute("set transaction read write");
            statement.execute("create schema lifeboat_write_probe");
            statement.execute("create table lifeboat_write_probe.t (n int)");
            statement.execute("insert into lifeboat_write_probe.t values (1)");
            connection.rollback();
            return Outcome.passed(name(), null);
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                throw e;
            }
            return Outcome.failed(
                    name(),
                    "The server takes no write: " + SqlTrouble.of(e),
                    "a server that takes writes",
                    "SQLSTATE " + e.getSQLState());
        }
    }
}
