package dev.lifeboat.backup.fleet;

import dev.lifeboat.backup.fleet.Privilege.Weight;
import dev.lifeboat.backup.fleet.Privilege.Where;
import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.MarkerDatabase;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tries a declared connection: reaches the server, looks at its version, and asks for each declared method whether the
 * role may do what the method needs. Changes nothing on the server.
 */
final class ClusterProbe {
    static final int OLDEST_MAJOR = 13;
    static final int NEWEST_MAJOR = 18;

    /** So many databases are looked into; each is a connection of its own. */
    private static final int MOST_DATABASES = 50;

    private final Sessions sessions;
    private final Programs programs;
    private final Replication replication;

    ClusterProbe(Sessions sessions, Programs programs, Replication replication) {
        this.sessions = sessions;
        this.programs = programs;
        this.replication = replication;
    }

    /** Logs in for replication: what pg_hba.conf says to that cannot be asked. */
    @FunctionalInterface
    interface Replication {
        /** Why the server gives no replication connection; empty when it does. */
        Optional<PostgresFault> refused(ClusterSpec.Connection declared);
    }

    /** Looks for PostgreSQL's own programs on this host. */
    @FunctionalInterface
    interface Programs {
        /** What is missing to dump a server of that major version; empty when nothing is. */
        Optional<Failure> missingFor(int major);
    }

    /** Opens connections as declared. */
    @FunctionalInterface
    interface Sessions {
        /**
         * A connection that ends what takes longer than some seconds.
         *
         * @throws PostgresException with the reason; never with the password
         */
        Connection open(ClusterSpec.Connection declared, String database);
    }

    /**
     * What came of it.
     *
     * @param server null when it was not reached
     * @param errors why the declaration cannot work
     * @param warnings what will be left out, or is to be done by hand
     */
    record Result(ServerFacts server, List<Failure> errors, List<Failure> warnings) {}

    Result test(ClusterSpec cluster) {
        List<Failure> errors = new ArrayList<>();
        List<Failure> warnings = new ArrayList<>();
        ServerFacts server = null;
        try (Connection connection =
                sessions.open(cluster.connection(), cluster.connection().database())) {
            server = ServerFacts.read(connection);
            if (server.major() < OLDEST_MAJOR || server.major() > NEWEST_MAJOR) {
                errors.add(unsupported(server));
                return new Result(server, errors, warnings);
            }
            Lacks lacks = new Lacks(cluster.connection().user());
            lacks.ask(
                    connection,
                    Privilege.of(methods(cluster), server.major(), Where.SERVER),
                    cluster.connection().database());
            List<String> databases = databases(connection, cluster, server, lacks, errors);
            for (String database : databases.subList(0, Math.min(MOST_DATABASES, databases.size()))) {
                lookInto(cluster, server, database, lacks, errors);
            }
            if (databases.size() > MOST_DATABASES) {
                warnings.add(notAllTested(databases.size()));
            }
            lacks.say(errors, warnings);
            if (methods(cluster).contains("physical") && errors.isEmpty()) {
                replication.refused(cluster.connection()).ifPresent(fault -> (fault.retryable() ? warnings : errors)
                        .add(fault.failure()));
            }
            standby(server, warnings);
            if (methods(cluster).contains("dump")) {
                programs.missingFor(server.major()).ifPresent(warnings::add);
            }
            dataDirectory(cluster, server, errors, warnings);
        } catch (SQLException | PostgresException e) {
            errors.add(PostgresFault.classify(e).failure());
        }
        return new Result(server, List.copyOf(errors), List.copyOf(warnings));
    }

    /** The declared ones; a stream of WAL needs of the server what a physical backup needs. */
    private static Set<String> methods(ClusterSpec cluster) {
        Set<String> methods = new HashSet<>();
        cluster.backups().forEach(policy -> methods.add(policy.method()));
        if (cluster.wal() != null && "stream".equals(cluster.wal().mode())) {
            methods.add("physical");
        }
        if (cluster.writesMarkers()) {
            methods.add("markers");
        }
        return methods;
    }

    /** The databases that dumps are declared for and that the role may connect to. */
    private static List<String> databases(
            Connection connection, ClusterSpec cluster, ServerFacts server, Lacks lacks, List<Failure> errors)
            throws SQLException {
        List<BackupPolicy> dumps = cluster.backups().stream()
                .filter(policy -> policy.method().equals("dump"))
                .toList();
        if (dumps.isEmpty()) {
            return List.of();
        }
        Set<String> named = new LinkedHashSet<>();
        boolean all = false;
        for (BackupPolicy dump : dumps) {
            if (dump.databases() == null || dump.databases().isEmpty()) {
                all = true;
            } else {
                named.addAll(dump.databases());
            }
        }
        List<Privilege> rows = Privilege.of(Set.of("dump"), server.major(), Where.EACH_DATABASE_FROM_OUTSIDE);
        StringBuilder sql = new StringBuilder("select datname, datallowconn");
        rows.forEach(row -> sql.append(", (").append(row.question()).append(")"));
        sql.append(
                " from pg_catalog.pg_database where datname = any(?) or (? and datallowconn and not datistemplate and "
                        + MarkerDatabase.LEFT_OUT + ") order by datname collate \"C\"");
        List<String> open = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            statement.setArray(1, connection.createArrayOf("text", named.toArray()));
            statement.setBoolean(2, all);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    String database = result.getString(1);
                    named.remove(database);
                    boolean allowed = true;
                    for (int i = 0; i < rows.size(); i++) {
                        if (!result.getBoolean(3 + i)) {
                            lacks.add(rows.get(i), database);
                            allowed = false;
                        }
                    }
                    if (!result.getBoolean(2)) {
                        errors.add(closed(database));
                    } else if (allowed) {
                        open.add(database);
                    }
                }
            }
        }
        named.forEach(missing -> errors.add(unknown(missing)));
        return open;
    }

    private void lookInto(ClusterSpec cluster, ServerFacts server, String database, Lacks lacks, List<Failure> errors)
            throws SQLException {
        try (Connection connection = sessions.open(cluster.connection(), database)) {
            lacks.ask(connection, Privilege.of(Set.of("dump"), server.major(), Where.EACH_DATABASE), database);
        } catch (PostgresException e) {
            errors.add(in(database, e.fault().failure()));
        }
    }

    private static void standby(ServerFacts server, List<Failure> warnings) {
        if (server.inRecovery()) {
            warnings.add(new Failure(
                    "postgres.is-standby",
                    "The server is a standby: long dumps may be cancelled by replay, and WAL cannot be switched there.",
                    "a primary",
                    "a server in recovery",
                    "Connect to the primary, or set max_standby_streaming_delay and hot_standby_feedback for long"
                            + " dumps."));
        }
    }

    private static void dataDirectory(
            ClusterSpec cluster, ServerFacts server, List<Failure> errors, List<Failure> warnings) {
        if (cluster.dataDirectory() == null || server.dataDirectory() == null) {
            return;
        }
        Path declared = Path.of(cluster.dataDirectory()).normalize();
        Path actual = Path.of(server.dataDirectory()).normalize();
        if (declared.equals(actual)) {
            return;
        }
        try {
            if (Files.isSameFile(declared, actual)) {
                return;
            }
            errors.add(otherDirectory(declared, actual));
        } catch (IOException e) {
            // This service may not look there, or there is nothing: the words of the declaration cannot be trusted
            // then.
            warnings.add(otherDirectory(declared, actual));
        }
    }

    private static Failure otherDirectory(Path declared, Path actual) {
        return new Failure(
                "postgres.data-directory-differs",
                "The server keeps its data in another directory than the declaration says.",
                actual.toString(),
                declared.toString(),
                "Set dataDirectory to what the server answers, or connect to the server that you mean.");
    }

    private static Failure unsupported(ServerFacts server) {
        return new Failure(
                "postgres.version-not-supported",
                "This version of PostgreSQL is not supported.",
                OLDEST_MAJOR + " to " + NEWEST_MAJOR,
                Integer.toString(server.major()),
                server.major() < OLDEST_MAJOR
                        ? "Upgrade the server: its version gets no fixes any more."
                        : "Upgrade Lifeboat.");
    }

    private static Failure unknown(String database) {
        return new Failure(
                "postgres.database-missing",
                "There is no database " + Identifiers.quote(database) + " on the server.",
                "an existing database",
                Identifiers.quote(database),
                "Correct databases, or leave it out to take all of them.");
    }

    private static Failure closed(String database) {
        return new Failure(
                "postgres.database-closed",
                "The database " + Identifiers.quote(database) + " accepts no connections.",
                "datallowconn",
                "not allowed",
                "ALTER DATABASE " + Identifiers.quote(database) + " ALLOW_CONNECTIONS true;");
    }

    private static Failure in(String database, Failure failure) {
        return new Failure(
                failure.code(),
                "In " + Identifiers.quote(database) + ": " + failure.message(),
                failure.expected(),
                failure.found(),
                failure.hint());
    }

    private static Failure notAllTested(int databases) {
        return new Failure(
                "postgres.not-all-tested",
                "Not every database was looked into.",
                databases + " databases",
                MOST_DATABASES + " looked into",
                "A missing grant in another one shows when it is dumped.");
    }

    /** Collects which privileges are missing where, to say each once. */
    private static final class Lacks {
        private final String user;
        private final Map<Privilege, List<String>> missing = new LinkedHashMap<>();

        Lacks(String user) {
            this.user = user;
        }

        void add(Privilege privilege, String database) {
            missing.computeIfAbsent(privilege, row -> new ArrayList<>()).add(database);
        }

        void ask(Connection connection, List<Privilege> rows, String database) throws SQLException {
            for (Privilege row : rows) {
                try (PreparedStatement statement = connection.prepareStatement("select (" + row.question() + ")");
                        ResultSet answer = statement.executeQuery()) {
                    if (answer.next() && !answer.getBoolean(1)) {
                        add(row, database);
                    }
                }
            }
        }

        void say(List<Failure> errors, List<Failure> warnings) {
            missing.forEach((row, databases) -> {
                Set<String> remedies = new LinkedHashSet<>();
                databases.forEach(database -> remedies.add(row.remedy(user, database)));
                List<String> names =
                        databases.stream().limit(5).map(Identifiers::quote).toList();
                String where = row.where() == Where.SERVER
                        ? ""
                        : " in " + String.join(", ", names) + (databases.size() > 5 ? ", …" : "");
                Failure failure = new Failure(
                        row.code(),
                        "The role " + Identifiers.quote(user) + " " + row.lack() + where + ".",
                        null,
                        null,
                        String.join("\n", remedies));
                (row.weight() == Weight.NEEDED ? errors : warnings).add(failure);
            });
        }
    }
}
