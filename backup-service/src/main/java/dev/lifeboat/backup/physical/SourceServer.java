package dev.lifeboat.backup.physical;

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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The server whose files are copied, asked by SQL for what its files do not say. */
final class SourceServer {
    /** How it sees us, over either protocol. */
    static final String APPLICATION = "lifeboat backup";

    private static final Set<String> NOT_FOR_US =
            Set.of("postgres.privilege-missing", "postgres.hba-entry-missing", "postgres.database-missing");

    /** Rows that this role may not see are not there. */
    private static final String CONFIGURATION_ELSEWHERE =
            """
            select file.name, file.setting from pg_catalog.pg_settings file
            join pg_catalog.pg_settings directory on directory.name = 'data_directory'
            where file.name in ('config_file', 'hba_file', 'ident_file')
              and file.setting <> '' and not starts_with(file.setting, directory.setting || '/')
            order by file.name collate "C"
            """;

    private final PostgresTarget target;
    private final PostgresConnections connections =
            new PostgresConnections(APPLICATION, Duration.ofSeconds(10), Duration.ofMinutes(10));

    SourceServer(ClusterSpec.Connection declared, Optional<Secret> password) {
        this.target = new PostgresTarget(
                declared.host(),
                declared.port(),
                declared.user(),
                password,
                Optional.ofNullable(declared.database()).orElse("postgres"),
                Optional.ofNullable(declared.sslMode()).flatMap(SslMode::of).orElse(SslMode.PREFER),
                Optional.ofNullable(declared.caFile()).map(Path::of));
    }

    PostgresTarget target() {
        return target;
    }

    /** How its clock stands to ours. */
    ClockOffset clock(InstantSource ours) {
        try (Connection connection = connections.open(target)) {
            return ServerClock.against(ours, connection);
        } catch (SQLException e) {
            throw PostgresException.of("Asking the server for the time", e);
        }
    }

    /** What the cluster consists of; what this role cannot see or the files do not hold is named in the omissions. */
    Inventory inventory(InstantSource clock, List<String> omissions) {
        InventoryReader reader = new InventoryReader();
        try (Connection connection = connections.open(target)) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            configurationElsewhere(connection, omissions);
            List<Inventory.Database> databases = new ArrayList<>();
            for (String name : reader.connectable(connection)) {
                try (Connection inside = connections.open(target.withDatabase(name))) {
                    inside.setAutoCommit(false);
                    inside.setReadOnly(true);
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

    private static void configurationElsewhere(Connection connection, List<String> omissions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CONFIGURATION_ELSEWHERE);
                ResultSet files = statement.executeQuery()) {
            while (files.next()) {
                omissions.add("configuration: " + files.getString(1) + " " + files.getString(2)
                        + " lies outside the data directory, and so outside the backup");
            }
        }
    }
}
