package dev.lifeboat.platform.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.schemas.backup.Inventory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The inventory of a real server. */
class InventoryReaderIT {
    private final LocalParts parts = LocalParts.shared();
    private final InventoryReader reader = new InventoryReader();
    private LocalParts.Database database;

    @BeforeEach
    void create() {
        database = parts.newDatabase("inventory");
    }

    @AfterEach
    void drop() {
        parts.postgres().execute("postgres", "drop database \"" + database.name() + "\" with (force)");
    }

    @Test
    void theClusterIsDescribed() throws SQLException {
        Instant now = Instant.parse("2026-11-21T08:00:00Z");
        try (Connection connection = begin(parts.postgres().connect("postgres"))) {
            Inventory inventory = reader.cluster(connection, now, List.of());
            assertThat(inventory.takenAt()).isEqualTo(now);
            assertThat(inventory.systemIdentifier()).matches("\\d{18,20}");
            assertThat(inventory.serverVersionNum()).isGreaterThanOrEqualTo(130000);
            assertThat(inventory.architecture()).isNotBlank();
            assertThat(inventory.dataChecksums()).isTrue();
            assertThat(inventory.timeline()).isEqualTo(1);
            assertThat(inventory.walSegmentBytes()).isEqualTo(16L * 1024 * 1024);
            assertThat(inventory.bootstrapSuperuser()).isEqualTo("postgres");
            assertThat(inventory.settings()).containsKeys("max_connections", "shared_preload_libraries", "TimeZone");
            assertThat(inventory.roles())
                    .anySatisfy(role -> assertThat(role.name()).isEqualTo(database.user()));
            assertThat(inventory.roles()).noneMatch(role -> role.name().startsWith("pg_"));
        }
    }

    @Test
    void theDatabaseIsDescribed() throws SQLException {
        parts.postgres()
                .execute(
                        database.name(),
                        "create extension pg_trgm",
                        "create table t (id int primary key, name text collate \"de-x-icu\")",
                        "create index on t (name)",
                        "create table p (id int) partition by range (id)",
                        "create table p1 partition of p for values from (0) to (10)",
                        "create unlogged table u (id int)",
                        "create materialized view m as select * from t",
                        "create function one() returns int language sql as 'select 1'",
                        "select lo_create(0)",
                        "analyze t");
        try (Connection connection = begin(parts.postgres().connect(database.name()))) {
            Inventory.Database read = reader.database(connection);
            assertThat(read.name()).isEqualTo(database.name());
            assertThat(read.owner()).isEqualTo(database.user());
            assertThat(read.encoding()).isEqualTo("UTF8");
            assertThat(read.bytes()).isPositive();
            assertThat(read.extensions()).extracting(Inventory.Extension::name).containsExactly("pg_trgm", "plpgsql");
            assertThat(read.collations()).extracting(Inventory.Collation::name).contains("de-x-icu");
            assertThat(read.collations()).allSatisfy(collation -> assertThat(collation.actualVersion())
                    .isNotBlank());
            assertThat(read.tables())
                    .extracting(Inventory.Table::name, Inventory.Table::kind, Inventory.Table::partition)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("m", "m", false),
                            org.assertj.core.groups.Tuple.tuple("p", "p", false),
                            org.assertj.core.groups.Tuple.tuple("p1", "r", true),
                            org.assertj.core.groups.Tuple.tuple("t", "r", false),
                            org.assertj.core.groups.Tuple.tuple("u", "r", false));
            assertThat(read.tables()).filteredOn(Inventory.Table::unlogged).hasSize(1);
            assertThat(read.objectCounts()).containsEntry("functions", 1L).containsEntry("primaryKeys", 1L);
            assertThat(read.largeObjects()).isEqualTo(1);
        }
    }

    @Test
    void aRoleWithoutPrivilegesSeesLessAndNothingFails() throws SQLException {
        parts.postgres().execute(database.name(), "revoke execute on function pg_control_system() from public");
        try (Connection connection =
                begin(DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password()))) {
            Inventory inventory = reader.cluster(connection, Instant.EPOCH, List.of(reader.database(connection)));
            assertThat(inventory.systemIdentifier()).isNull();
            assertThat(inventory.settings()).doesNotContainKey("shared_preload_libraries");
            assertThat(inventory.databases()).hasSize(1);
        } finally {
            parts.postgres().execute(database.name(), "grant execute on function pg_control_system() to public");
        }
    }

    private static Connection begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return connection;
    }
}
