package dev.lifeboat.restore.deliver;

import dev.lifeboat.platform.postgres.Identifiers;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.Inventory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The server that databases are delivered to. A connection for each question: hours may pass between two. */
public final class TargetServer {
    private static final String DUPLICATE_DATABASE = "42P04";

    private final PostgresConnections connections;
    private final PostgresTarget target;

    /** @param target its maintenance database */
    public TargetServer(PostgresConnections connections, PostgresTarget target) {
        this.connections = connections;
        this.target = target;
    }

    /** Where, and who we are there. */
    public PostgresTarget target() {
        return target;
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T ask(String doing, Work<T> work) {
        try (Connection connection = connections.open(target)) {
            return work.with(connection);
        } catch (SQLException e) {
            throw notDone(PostgresException.of(doing, e));
        } catch (PostgresException e) {
            throw notDone(e);
        }
    }

    private static NotCarriedOut notDone(PostgresException e) {
        return e.fault().retryable()
                ? NotCarriedOut.forNow(e.fault().failure(), e)
                : NotCarriedOut.forGood(e.fault().failure());
    }

    TargetFacts facts() {
        return ask("Looking at the server", connection -> {
            Set<String> givable = names(
                    connection,
                    connection.getMetaData().getDatabaseMajorVersion() >= 16
                            ? "select rolname from pg_catalog.pg_roles where pg_has_role(oid, 'SET')"
                            : "select rolname from pg_catalog.pg_roles where pg_has_role(oid, 'MEMBER')");
            Map<String, Set<String>> extensions = new HashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select name, version from pg_catalog.pg_available_extension_versions")) {
                while (rows.next()) {
                    extensions
                            .computeIfAbsent(rows.getString(1), name -> new TreeSet<>())
                            .add(rows.getString(2));
                }
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("select current_user, pg_is_in_recovery(), rolsuper, rolcreatedb"
                                    + " from pg_catalog.pg_roles where rolname = current_user")) {
                row.next();
                return new TargetFacts(
                        row.getString(1),
                        connection.getMetaData().getDatabaseMajorVersion(),
                        connection.getMetaData().getDatabaseProductVersion(),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        names(connection, "select datname from pg_catalog.pg_database"),
                        names(connection, "select rolname from pg_catalog.pg_roles"),
                        givable,
                        names(connection, "select spcname from pg_catalog.pg_tablespace"),
                        extensions);
            }
        });
    }

    /**
     * Makes an empty database.
     *
     * @param like what the source says of its own; null for the server's defaults
     * @return its oid
     */
    long create(String name, Inventory.Database like) {
        return ask("Making a database", connection -> {
            execute(connection, "create database " + Identifiers.quote(name) + " template template0" + locale(like));
            try (var statement =
                    connection.prepareStatement("select oid::bigint from pg_catalog.pg_database where datname = ?")) {
                statement.setString(1, name);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    static String locale(Inventory.Database like) {
        if (like == null || like.encoding() == null || like.collate() == null || like.ctype() == null) {
            return "";
        }
        String libc = " encoding " + Identifiers.literal(like.encoding()) + " lc_collate "
                + Identifiers.literal(like.collate()) + " lc_ctype " + Identifiers.literal(like.ctype());
        if (like.icuLocale() == null) {
            return libc;
        }
        return switch (like.localeProvider() == null ? "" : like.localeProvider()) {
            case "icu" -> libc + " locale_provider icu icu_locale " + Identifiers.literal(like.icuLocale());
            case "builtin" -> libc + " locale_provider builtin builtin_locale " + Identifiers.literal(like.icuLocale());
            default -> libc;
        };
    }

    /** How all databases are called that a restore has not completed. */
    public static String names(UUID restore) {
        return OwnDatabases.prefix(restore) + "*";
    }

    /** Drops all databases that a restore has not completed, with whoever is connected to them. */
    public void drop(UUID restore) {
        String prefix = OwnDatabases.prefix(restore);
        ask("Dropping what was not completed", connection -> {
            for (String name : names(connection, "select datname from pg_catalog.pg_database")) {
                if (name.startsWith(prefix)) {
                    execute(connection, "drop database if exists " + Identifiers.quote(name) + " with (force)");
                }
            }
            return null;
        });
    }

    /** Gives the complete databases their names and owners: all of them, or none. */
    public void publish(List<Delivered.Copy> copies) {
        ask("Naming the databases", connection -> {
            connection.setAutoCommit(false);
            for (Delivered.Copy copy : copies) {
                try {
                    execute(
                            connection,
                            "alter database " + Identifiers.quote(copy.madeAs()) + " rename to "
                                    + Identifiers.quote(copy.name()));
                } catch (SQLException e) {
                    if (DUPLICATE_DATABASE.equals(e.getSQLState())) {
                        throw NotCarriedOut.forGood(new Failure(
                                "restore.database-exists",
                                "Somebody made a database of that name meanwhile: it is left alone.",
                                "a name that is free",
                                copy.name(),
                                "Ask again, with another name."));
                    }
                    throw e;
                }
                if (copy.owner() != null) {
                    execute(
                            connection,
                            "alter database " + Identifiers.quote(copy.name()) + " owner to "
                                    + Identifiers.quote(copy.owner()));
                }
            }
            connection.commit();
            return null;
        });
    }

    /** Those of them that have their names already. */
    public List<Delivered.Copy> published(List<Delivered.Copy> copies) {
        return ask("Looking for the databases", connection -> {
            List<Delivered.Copy> there = new ArrayList<>();
            try (var statement = connection.prepareStatement(
                    "select exists (select from pg_catalog.pg_database where oid = ?::oid and datname = ?)")) {
                for (Delivered.Copy copy : copies) {
                    statement.setLong(1, copy.oid());
                    statement.setString(2, copy.name());
                    try (ResultSet row = statement.executeQuery()) {
                        row.next();
                        if (row.getBoolean(1)) {
                            there.add(copy);
                        }
                    }
                }
            }
            return there;
        });
    }

    /** A connection to one of its databases; the caller closes it. */
    Connection open(String database) {
        try {
            return connections.open(target.withDatabase(database));
        } catch (PostgresException e) {
            throw notDone(e);
        }
    }

    private static Set<String> names(Connection connection, String sql) throws SQLException {
        Set<String> names = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
