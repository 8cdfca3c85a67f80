package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessInput;
import dev.lifeboat.platform.process.ProcessOutput;
import dev.lifeboat.platform.process.ProcessResult;
import dev.lifeboat.platform.process.ProcessSpec;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/** The sandbox of one attempt: its folder, its server, its one role, and the tools that work on it. */
public final class Sandbox {
    private final SandboxName name;
    private final SandboxFolder folder;
    private final int major;
    private final Folders folders;
    private Secret password;
    private final PostgresTools programs;
    private final SandboxServer server;
    private final Tools tools;
    private int port;

    Sandbox(
            SandboxName name,
            SandboxFolder folder,
            int major,
            Secret password,
            int port,
            Folders folders,
            PostgresTools programs,
            SandboxServer server,
            Tools tools) {
        this.name = name;
        this.folder = folder;
        this.major = major;
        this.folders = folders;
        this.password = password;
        this.port = port;
        this.programs = programs;
        this.server = server;
        this.tools = tools;
    }

    /** Its name among the sandboxes of this host. */
    public SandboxName name() {
        return name;
    }

    /** Where it lies. */
    public SandboxFolder folder() {
        return folder;
    }

    /** Major version of its server. */
    public int major() {
        return major;
    }

    /** Loopback port; 0 before it was started. */
    public int port() {
        return port;
    }

    /** Operating-system user that its server runs as. */
    public String user() {
        return folders.user();
    }

    /** Its server. */
    public SandboxServer server() {
        return server;
    }

    /** Makes a folder inside, for the server's user alone. */
    public Path makeFolder(Path inside) {
        return folders.makeForServer(inside);
    }

    /** Hands something that was made inside to the server's user; links are not followed. */
    public void give(Path inside) throws IOException {
        folders.give(inside);
    }

    /** Writes a file inside, for the server's user alone. */
    public void writeForServer(Path inside, String text) {
        folders.writeForServer(inside, text);
    }

    /** The databases that accept connections; templates and that of the markers are left out. */
    public List<String> databases() throws SQLException {
        List<String> names = new java.util.ArrayList<>();
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select datname from pg_catalog.pg_database"
                        + " where datallowconn and not datistemplate and " + MarkerDatabase.LEFT_OUT
                        + " order by datname")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** Where a program of the server's own major version is. */
    public String program(String name) throws InterruptedException {
        return programs.find(name, major).toString();
    }

    /** A tool of the server's own major version, run as the server's user. */
    public ProcessSpec tool(String program, List<String> arguments) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(programs.find(program, major).toString());
        command.addAll(arguments);
        return ProcessSpec.of(command)
                .runAs(folders.user())
                .environment("LC_ALL", "C")
                .environment("PGTZ", "UTC");
    }

    /** A client tool that connects as the one role. */
    public ProcessSpec client(String program, List<String> arguments) throws InterruptedException {
        return tool(program, arguments)
                .environment("PGHOST", folder.socket().toString())
                .environment("PGPORT", Integer.toString(port))
                .environment("PGUSER", SandboxRole.NAME)
                .environment("PGAPPNAME", "lifeboat-restore")
                .environment("PGCONNECT_TIMEOUT", "10")
                .environment("PGCLIENTENCODING", "UTF8")
                .environment("PGOPTIONS", CLIENT_OPTIONS)
                .secret("PGPASSWORD", password);
    }

    /** Beats what the restored roles and databases have set for themselves. */
    private static final String CLIENT_OPTIONS =
            "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0"
                    + " -c idle_in_transaction_session_timeout=0 -c lc_messages=C";

    /** Runs a tool that asks meanwhile whether it shall go on. */
    public ProcessResult run(ProcessSpec spec, Runnable stop) throws InterruptedException {
        return tools.run(spec, stop);
    }

    /**
     * Writes the configuration and starts the server; only the bootstrap superuser can connect, from the server's own
     * operating-system user.
     */
    public void start(SandboxSettings settings, String bootstrapSuperuser, Instant leaseUntil)
            throws InterruptedException {
        port = freePort();
        makeFolder(folder.configuration());
        makeFolder(folder.socket());
        folders.writeForServer(folder.configuration().resolve("postgresql.conf"), settings.file());
        folders.writeForServer(
                folder.configuration().resolve("pg_ident.conf"),
                SandboxAccess.identities(folders.user(), bootstrapSuperuser));
        folders.writeForServer(folder.accessFile(), SandboxAccess.duringSetUp(bootstrapSuperuser));
        List<String> command = settings.command(programs.find("postgres", major), folder, port);
        server.start(command, leaseUntil);
    }

    /** Runs SQL as the bootstrap superuser, from the server's own user; only while it is being set up. */
    public ProcessResult asBootstrap(String bootstrapSuperuser, String sql, Runnable stop) throws InterruptedException {
        return asBootstrap(bootstrapSuperuser, "postgres", sql, stop);
    }

    private ProcessResult asBootstrap(String bootstrapSuperuser, String database, String sql, Runnable stop)
            throws InterruptedException {
        return tools.run(
                tool(
                                "psql",
                                List.of(
                                        "--no-psqlrc",
                                        "--quiet",
                                        "--no-align",
                                        "--tuples-only",
                                        "--set=ON_ERROR_STOP=1",
                                        "--file=-"))
                        .environment("PGHOST", folder.socket().toString())
                        .environment("PGPORT", Integer.toString(port))
                        .environment("PGUSER", bootstrapSuperuser)
                        .environment("PGDATABASE", database)
                        .environment("PGAPPNAME", "lifeboat-restore")
                        .environment("PGCONNECT_TIMEOUT", "10")
                        .environment("PGOPTIONS", CLIENT_OPTIONS)
                        .redact(List.of(password))
                        .stdout(new ProcessOutput.Text(1 << 16))
                        .stdin(new ProcessInput.Written(stdin -> stdin.write(sql.getBytes(StandardCharsets.UTF_8)))),
                stop);
    }

    /** Makes the one role, and from then on lets nobody else in. The role's creation is a write that was committed. */
    public void open(String bootstrapSuperuser, Runnable stop) throws InterruptedException {
        asBootstrap(bootstrapSuperuser, SandboxRole.statement(password.reveal()), stop)
                .requireSuccess();
        close(stop, bootstrapSuperuser);
    }

    private void close(Runnable stop, String bootstrapSuperuser) throws InterruptedException {
        folders.writeForServer(folder.accessFile(), SandboxAccess.open());
        asBootstrap(bootstrapSuperuser, "select pg_catalog.pg_reload_conf();", stop)
                .requireSuccess();
    }

    /** Gives the one role another password, and ends the sessions of whoever had the former. */
    void changePassword(String fresh, Runnable stop) throws InterruptedException {
        byte[] sql = (SandboxRole.statement(fresh) + SandboxRole.END_OTHER_SESSIONS).getBytes(StandardCharsets.UTF_8);
        tools.run(
                        client("psql", List.of("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres"))
                                .stdin(new ProcessInput.Written(stdin -> stdin.write(sql))),
                        stop)
                .requireSuccess();
        password = Secret.of(fresh);
    }

    /**
     * Takes the one role out again, and all that it owns in any database: what is left is the source's. Nobody but the
     * bootstrap superuser can connect afterwards.
     */
    public void withdrawRole(Runnable stop) throws SQLException, InterruptedException {
        List<String> everywhere = new java.util.ArrayList<>();
        String superuser;
        try (Connection connection = connect("postgres");
                var statement = connection.createStatement()) {
            try (var row = statement.executeQuery("select rolname from pg_catalog.pg_roles where oid = 10")) {
                row.next();
                superuser = row.getString(1);
            }
            try (var rows = statement.executeQuery("select datname from pg_catalog.pg_database where datallowconn")) {
                while (rows.next()) {
                    everywhere.add(rows.getString(1));
                }
            }
            folders.writeForServer(folder.accessFile(), SandboxAccess.duringSetUp(superuser));
            statement.execute("select pg_catalog.pg_reload_conf()");
        }
        awaitWayIn(superuser, stop);
        for (String database : everywhere) {
            asBootstrap(superuser, database, "drop owned by " + SandboxRole.NAME + " cascade;", stop)
                    .requireSuccess();
        }
        asBootstrap(superuser, "drop role " + SandboxRole.NAME + ";", stop).requireSuccess();
    }

    /** The server reads its access file a moment after it was asked to. */
    private void awaitWayIn(String superuser, Runnable stop) throws InterruptedException {
        for (int tries = 0; tries < 50; tries++) {
            if (asBootstrap(superuser, "select 1;", stop).succeeded()) {
                return;
            }
            Thread.sleep(100);
        }
    }

    /** A connection as the one role. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", SandboxRole.NAME);
        properties.setProperty("password", password.reveal());
        properties.setProperty("ApplicationName", "lifeboat-restore");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("sslmode", "disable");
        properties.setProperty("options", CLIENT_OPTIONS);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8),
                properties);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
