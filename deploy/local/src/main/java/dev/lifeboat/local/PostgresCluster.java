package dev.lifeboat.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.Ports;
import dev.lifeboat.local.process.ProcessIdentity;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.local.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A PostgreSQL cluster in a folder of its own: page checksums, passwords by SCRAM over loopback, the superuser
 * {@code postgres} over the Unix socket for the cluster's operating-system user. Runs as the user {@code postgres} when
 * started by root.
 */
public final class PostgresCluster extends ProcessPart {
    /** The superuser's name. */
    public static final String SUPERUSER = "postgres";

    /** Address that it listens on. */
    public static final String HOST = "127.0.0.1";

    private static final Duration START = Duration.ofSeconds(60);
    /** SIGINT is PostgreSQL's fast shutdown: sessions are ended, a checkpoint is written. */
    private static final Duration FAST_SHUTDOWN = Duration.ofSeconds(60);

    private static final Duration ORPHANS = Duration.ofSeconds(15);

    /** A socket's path has at most 107 bytes (sun_path, unix(7)); {@code /.s.PGSQL.65535} takes 15 of them. */
    private static final int SOCKET_FOLDER_LIMIT = 107 - 15;

    /**
     * What a cluster is made of.
     *
     * @param name name of the part
     * @param folder its own folder; the operating-system user of the server must be able to enter it
     * @param port port on the loopback address
     * @param password of the superuser; set when the cluster is made
     * @param settings server settings beside the ones that this class gives; {@code ALTER SYSTEM} wins over them
     */
    public record Spec(String name, Path folder, int port, String password, Map<String, String> settings) {
        public Spec {
            settings = Map.copyOf(settings);
        }

        /** Without its secrets. */
        @Override
        public String toString() {
            return name + " in " + folder;
        }
    }

    private final Spec spec;
    private final ServerUser user = ServerUser.current();

    public PostgresCluster(Spec spec) {
        super(spec.name(), spec.folder(), Signal.INT, FAST_SHUTDOWN);
        this.spec = spec;
    }

    /** Port on {@link #HOST}. */
    public int port() {
        return spec.port();
    }

    /** Password of {@link #SUPERUSER}. */
    public String password() {
        return spec.password();
    }

    /** The cluster's data directory. */
    public Path dataDirectory() {
        return spec.folder().resolve("data");
    }

    /** Folder of the server's Unix socket. */
    public Path socketDirectory() {
        return spec.folder().resolve("run");
    }

    /** JDBC URL of a database of this cluster, without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + HOST + ":" + spec.port() + "/"
                + java.net.URLEncoder.encode(database, UTF_8).replace("+", "%20");
    }

    @Override
    public void start(Lifetime lifetime) {
        if (process.running().isEmpty()) {
            awaitOrphansGone();
            Ports.requireFree(Map.of(spec.port(), "PostgreSQL (" + spec.name() + ")"), "choose another port");
            create();
            configure();
            forgetTheDead();
            List<String> command = user.running(List.of(
                    PostgresPrograms.program("postgres"), "-D", dataDirectory().toString()));
            process.start(command, Map.of(), lifetime, Signal.QUIT);
        }
        process.awaitReady("PostgreSQL (" + spec.name() + ") to accept connections", START, this::isReady);
    }

    @Override
    public void kill() {
        super.kill();
        awaitOrphansGone();
    }

    /** A connection as the superuser. The caller closes it. */
    public Connection connect(String database) throws SQLException {
        return connect(database, SUPERUSER, spec.password());
    }

    /** A connection as anybody. The caller closes it. */
    public Connection connect(String database, String role, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", role);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "lifeboat local stack");
        // The driver itself, not DriverManager: that one does not see it from every class loader.
        return new org.postgresql.Driver().connect(jdbcUrl(database), properties);
    }

    /** Makes a role that may log in, or gives the one that exists this password. */
    public void ensureRole(String role, String password) {
        try (Connection connection = connect(SUPERUSER);
                var exists = connection.prepareStatement("select 1 from pg_roles where rolname = ?");
                var statement = connection.createStatement()) {
            exists.setString(1, role);
            if (!exists.executeQuery().next()) {
                statement.execute("create role " + quoted(role) + " login");
            }
            // The driver sends a SCRAM verifier: the password itself reaches neither server nor log.
            connection
                    .unwrap(org.postgresql.PGConnection.class)
                    .alterUserPassword(role, password.toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw failed("role " + role, e);
        }
    }

    /** Makes a database owned by the role, if there is none. */
    public void ensureDatabase(String database, String owner) {
        try (Connection connection = connect(SUPERUSER);
                var exists = connection.prepareStatement("select 1 from pg_database where datname = ?");
                var statement = connection.createStatement()) {
            exists.setString(1, database);
            if (!exists.executeQuery().next()) {
                statement.execute("create database " + quoted(database) + " owner " + quoted(owner));
                statement.execute("revoke connect, temporary on database " + quoted(database) + " from public");
            }
        } catch (SQLException e) {
            throw failed("database " + database, e);
        }
    }

    /** Runs statements in a database as the superuser. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failed("statements in " + database, e);
        }
    }

    /** An SQL identifier, quoted. */
    public static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private void create() {
        if (Files.exists(dataDirectory().resolve("PG_VERSION"))) {
            return;
        }
        requireShort(socketDirectory());
        Secrets.folder(spec.folder(), "rwxr-xr-x");
        user.own(socketDirectory(), "rwxr-xr-x");
        Path fresh = spec.folder().resolve("data.new");
        try {
            // Whoever was interrupted in initdb left half a cluster: only a whole one gets the name.
            Folders.delete(fresh);
            user.own(fresh, "rwx------");
            Path password = spec.folder().resolve("initial-password");
            Secrets.write(password, spec.password() + "\n");
            user.own(password);
            try {
                initdb(fresh, password);
            } finally {
                Files.delete(password);
            }
            write(fresh.resolve("pg_hba.conf"), ACCESS);
            write(fresh.resolve("pg_ident.conf"), "owner " + user.name() + " " + SUPERUSER + "\n");
            Files.writeString(
                    fresh.resolve("postgresql.conf"),
                    "\ninclude 'lifeboat.conf'  # written by the local stack at every start\n",
                    StandardOpenOption.APPEND);
            Files.move(fresh, dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String ACCESS =
            """
            # Written by Lifeboat's local stack.
            local   all          postgres                peer map=owner
            local   replication  postgres                peer map=owner
            local   all          all                     scram-sha-256
            host    all          all       127.0.0.1/32  scram-sha-256
            host    replication  all       127.0.0.1/32  scram-sha-256
            """;

    private void configure() {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "listen_addresses", HOST,
                "port", Integer.toString(spec.port()),
                "unix_socket_directories", socketDirectory().toString(),
                "shared_buffers", "64MB",
                "max_connections", "100",
                "log_line_prefix", "%m [%p] %q%u@%d ",
                "password_encryption", "scram-sha-256",
                "timezone", "UTC",
                "log_timezone", "UTC"));
        settings.putAll(spec.settings());
        StringBuilder text = new StringBuilder("# Written by Lifeboat's local stack at every start.\n");
        settings.forEach((key, value) ->
                text.append(key).append(" = '").append(value.replace("'", "''")).append("'\n"));
        user.own(socketDirectory(), "rwxr-xr-x");
        write(dataDirectory().resolve("lifeboat.conf"), text.toString());
    }

    /**
     * The children of a server that was killed hold its port and its shared memory until they notice, which takes them a
     * moment; PostgreSQL's own check would refuse to start meanwhile.
     */
    private void awaitOrphansGone() {
        long deadline = System.nanoTime() + ORPHANS.toNanos();
        while (ProcessIdentity.anyWorkingIn(dataDirectory())) {
            if (System.nanoTime() > deadline) {
                throw new LocalStackException(
                        "part-not-stopped",
                        "the processes of the former server in " + dataDirectory() + " to end",
                        "some are still there after " + ORPHANS.toSeconds() + " s",
                        "end them: they show the folder as their working directory in /proc");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(20).toNanos());
        }
    }

    /**
     * Removes the lock files of a server that was killed, or ended by a reboot. PostgreSQL does so itself unless another
     * process has the old one's id by now; here it is certain, because a server works in its data directory.
     */
    private void forgetTheDead() {
        if (ProcessIdentity.anyWorkingIn(dataDirectory())) {
            return;
        }
        try {
            Files.deleteIfExists(dataDirectory().resolve("postmaster.pid"));
            try (var locks = Files.newDirectoryStream(socketDirectory(), ".s.PGSQL.*.lock")) {
                for (Path lock : locks) {
                    Files.deleteIfExists(lock);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Line 1 of postmaster.pid is the server's id, line 8 its state; "ready" comes when connections are accepted. */
    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(dataDirectory().resolve("postmaster.pid"));
            return lines.size() >= 8
                    && process.running().map(ProcessIdentity::pid).equals(Optional.of(Long.valueOf(lines.getFirst())))
                    && lines.get(7).strip().toLowerCase(Locale.ROOT).equals("ready");
        } catch (IOException | NumberFormatException notYet) {
            return false;
        }
    }

    private void initdb(Path fresh, Path password) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                PostgresPrograms.program("initdb"),
                "--pgdata=" + fresh,
                "--username=" + SUPERUSER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C.UTF-8"));
        if ("off".equals(spec.settings().get("fsync"))) {
            command.add("--no-sync");
        }
        Process program = new ProcessBuilder(user.running(command))
                .directory(spec.folder().toFile())
                .redirectErrorStream(true)
                .start();
        program.getOutputStream().close();
        String output = new String(program.getInputStream().readAllBytes(), UTF_8);
        try {
            if (program.waitFor() != 0) {
                throw new LocalStackException(
                        "initdb-failed",
                        "initdb to make " + dataDirectory(),
                        output.strip(),
                        "the user " + user.name() + " must be able to write to " + spec.folder());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("interrupted", "initdb to end", "an interrupt", "run it again", e);
        }
    }

    private void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        user.own(file);
    }

    private static void requireShort(Path socketFolder) {
        int bytes = socketFolder.toString().getBytes(UTF_8).length;
        if (bytes > SOCKET_FOLDER_LIMIT) {
            throw new LocalStackException(
                    "path-too-long",
                    "at most " + SOCKET_FOLDER_LIMIT + " bytes in the path of the Unix socket's folder",
                    bytes + ": " + socketFolder,
                    "choose a shorter folder");
        }
    }

    private LocalStackException failed(String what, SQLException e) {
        return new LocalStackException(
                "postgres-refused", what + " in " + spec.name(), e.getMessage(), "read " + log(), e);
    }
}
