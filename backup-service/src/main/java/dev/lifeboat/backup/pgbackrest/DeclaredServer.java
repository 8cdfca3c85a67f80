package dev.lifeboat.backup.pgbackrest;

import dev.lifeboat.platform.inventory.InventoryReader;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.ServerClock;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The server as its declaration says: what it answers, and how libpq inside pgBackRest reaches it. */
final class DeclaredServer {
    private static final Set<String> NOT_FOR_US =
            Set.of("postgres.privilege-missing", "postgres.hba-entry-missing", "postgres.database-missing");
    private static final Duration TAKES_EFFECT = Duration.ofSeconds(15);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ClusterSpec.Connection declared;
    private final Optional<Secret> password;
    private final PostgresConnections connections;

    DeclaredServer(ClusterSpec.Connection declared, Optional<Secret> password) {
        this.declared = declared;
        this.password = password;
        this.connections = new PostgresConnections("lifeboat backup", Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** What it says about its archiving. */
    ArchivingFacts facts() {
        try (Connection connection = open(maintenance())) {
            return ArchivingFacts.read(connection);
        } catch (SQLException e) {
            throw PostgresException.of("Asking the server about its archiving", e);
        }
    }

    /**
     * Sets the command and waits until it is in force.
     *
     * @throws dev.lifeboat.platform.pgbackrest.PgBackRestException when we may not, or the server does not take it
     */
    void set(ArchiveCommand command) throws InterruptedException {
        try (Connection connection = open(maintenance());
                Statement statement = connection.createStatement()) {
            try {
                statement.execute(command.sql());
                statement.execute("select pg_reload_conf()");
            } catch (SQLException refused) {
                throw Refusal.fatal(Archiving.byHand(command, refused.getMessage()));
            }
            long until = System.nanoTime() + TAKES_EFFECT.toNanos();
            String shown = ArchivingFacts.read(connection).command();
            while (!shown.equals(command.text())) {
                if (System.nanoTime() > until) {
                    throw Refusal.fatal(Archiving.notTaken(command, shown));
                }
                Thread.sleep(LOOK_AGAIN);
                shown = ArchivingFacts.read(connection).command();
            }
        } catch (SQLException e) {
            throw PostgresException.of("Setting archive_command", e);
        }
    }

    /** What the cluster consists of; databases that this role cannot enter are named in the omissions. */
    Inventory inventory(InstantSource clock, List<String> omissions) {
        InventoryReader reader = new InventoryReader();
        try (Connection connection = open(maintenance())) {
            connection.setAutoCommit(false);
            List<Inventory.Database> databases = new ArrayList<>();
            for (String name : reader.connectable(connection)) {
                try (Connection inside = open(name)) {
                    inside.setAutoCommit(false);
                    databases.add(reader.database(inside));
                } catch (PostgresException refused) {
                    if (!NOT_FOR_US.contains(refused.fault().code())) {
                        throw refused;
                    }
                    omissions.add("inventory: the database " + name + " is not described ("
                            + refused.fault().code() + ")");
                }
            }
            return reader.cluster(connection, clock.instant(), databases);
        } catch (SQLException e) {
            throw PostgresException.of("Reading the inventory", e);
        }
    }

    /** How its clock stands to ours. */
    ClockOffset clock(InstantSource ours) {
        try (Connection connection = open(maintenance())) {
            return ServerClock.against(ours, connection);
        } catch (SQLException e) {
            throw PostgresException.of("Asking the server for the time", e);
        }
    }

    /** For libpq inside pgBackRest, where no socket is declared: the same way in as ours. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PGCONNECT_TIMEOUT", "10");
        environment.put("PGPASSFILE", "/dev/null");
        environment.put("PGSSLMODE", sslMode().value());
        if (declared.caFile() != null) {
            environment.put("PGSSLROOTCERT", declared.caFile());
        }
        if (declared.socketDirectory() == null) {
            environment.put("PGHOST", declared.host());
        }
        return environment;
    }

    Optional<Secret> password() {
        return password;
    }

    String maintenance() {
        return declared.database() == null ? "postgres" : declared.database();
    }

    private SslMode sslMode() {
        return SslMode.of(declared.sslMode()).orElse(SslMode.PREFER);
    }

    private Connection open(String database) {
        return connections.open(new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                password,
                database,
                sslMode(),
                Optional.ofNullable(declared.caFile()).map(Path::of)));
    }
}
