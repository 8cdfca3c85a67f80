package dev.lifeboat.restore.sandbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The write that ends the RTO: committed and flushed on the recovered server, and touching nothing of the owner's. */
public final class FirstWrite {
    private FirstWrite() {}

    /** Commits it. */
    public static void commit(Sandbox sandbox) throws SQLException {
        try (Connection connection = sandbox.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = on");
            statement.execute("comment on role " + SandboxRole.NAME + " is 'recovered'");
        }
    }
}
