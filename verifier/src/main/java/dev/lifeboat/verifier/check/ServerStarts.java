package dev.lifeboat.verifier.check;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
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
            statement.execute("create table lifeboat_write_probe (n int)");
            statement.execute("insert into lifeboat_write_probe values (1)");
            connection.rollback();
            return List.of(Outcome.passed(name(), null));
        }
    }
}
