package dev.lifeboat.backup.replication;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.PostgresPrograms;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real server to replicate from, and what a test does to it. */
public final class Server {
    /** A role that may replicate and nothing else. */
    public static final String ROLE = "wal_role";

    /** Its password. */
    public static final String PASSWORD = "w4l §ecret'\"";

    private final PostgresCluster cluster;

    /** A standby has its primary's passwords. */
    private final String superuserPassword;

    private Server(PostgresCluster cluster, String superuserPassword) {
        this.cluster = cluster;
        this.superuserPassword = superuserPassword;
    }

    /** A new primary with the role. */
    public static Server primary(String name, Map<String, String> settings) {
        PostgresCluster cluster = LocalParts.shared().newPostgres(name, settings);
        cluster.start(Lifetime.OF_THIS_JVM);
        cluster.ensureRole(ROLE, PASSWORD);
        cluster.execute("postgres", "alter role " + ROLE + " replication");
        return new Server(cluster, cluster.password());
    }

    /** A standby of this server, streaming from it. */
    public Server standby(String name, Map<String, String> settings) throws Exception {
        PostgresCluster standby = LocalParts.shared().newPostgres(name, settings);
        ServerUser user = ServerUser.current();
        user.own(standby.dataDirectory(), "rwx------");
        run(
                Map.of("PGPASSWORD", PASSWORD),
                "pg_basebackup",
                "--pgdata=" + standby.dataDirectory(),
                "--host=" + PostgresCluster.HOST,
                "--port=" + cluster.port(),
                "--username=" + ROLE,
                "--checkpoint=fast",
                "--write-recovery-conf",
                "--no-sync");
        standby.start(Lifetime.OF_THIS_JVM);
        return new Server(standby, superuserPassword);
    }

    /** Runs one of PostgreSQL's programs as the server's user, and returns what it printed. */
    public static String run(Map<String, String> environment, String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(PostgresPrograms.program(program)));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(ServerUser.current().running(command)).directory(new java.io.File("/"));
        builder.environment().putAll(new HashMap<>(environment));
        Path errors = Files.createTempFile("program", ".err");
        try {
            Process process = builder.redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(program + ": " + said + Files.readString(errors));
            }
            return said;
        } finally {
            Files.delete(errors);
        }
    }

    /** The part. */
    public PostgresCluster cluster() {
        return cluster;
    }

    /** How to reach it as the role. */
    public PostgresTarget target() {
        return target(ROLE, PASSWORD, SslMode.DISABLE);
    }

    /** How to reach it as somebody. */
    public PostgresTarget target(String role, String password, SslMode mode) {
        return new PostgresTarget(
                "localhost",
                cluster.port(),
                role,
                Optional.of(Secret.of(password)),
                "postgres",
                mode,
                Optional.empty());
    }

    /** How to reach it through something that listens on another port. */
    public PostgresTarget targetThrough(int port) {
        return new PostgresTarget(
                "127.0.0.1",
                port,
                ROLE,
                Optional.of(Secret.of(PASSWORD)),
                "postgres",
                SslMode.DISABLE,
                Optional.empty());
    }

    /** A replication connection as the role. */
    public ReplicationConnection connect(String applicationName) {
        return ReplicationConnection.open(target(), ReplicationOptions.of(applicationName));
    }

    /** Runs statements as the superuser. */
    public void sql(String... statements) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row. */
    public String ask(String query) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    /** A superuser's connection. */
    public Connection connection() throws SQLException {
        return cluster.connect("postgres", PostgresCluster.SUPERUSER, superuserPassword);
    }

    /** How far its WAL is flushed, or replayed as a standby. */
    public Lsn flushed() throws SQLException {
        return Lsn.parse(ask("select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()"
                + " else pg_current_wal_flush_lsn() end"));
    }

    /** A file of pg_wal. */
    public Path wal(String name) {
        return cluster.dataDirectory().resolve("pg_wal").resolve(name);
    }

    /** Replaces its rules for who may log in. */
    public void access(String rules) throws Exception {
        Path file = cluster.dataDirectory().resolve("pg_hba.conf");
        Files.writeString(file, rules);
        ask("select pg_reload_conf()");
    }
}
