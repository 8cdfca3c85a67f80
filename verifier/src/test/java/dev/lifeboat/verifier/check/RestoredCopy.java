package dev.lifeboat.verifier.check;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.inventory.FingerprintReader;
import dev.lifeboat.platform.inventory.InventoryReader;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.CheckSpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A database on a real server that stands for a restored copy: what it is held against was read of it before the test
 * damages it. All copies of a JVM share one server.
 */
public final class RestoredCopy {
    /** Allowed, and cruel. */
    public static final String CRUEL = "sh\"op ' ünï \\ ;--%";

    private static final UUID CLUSTER = UUID.fromString("01930000-0000-7000-8000-00000000000c");
    private static final Instant NOW = Instant.parse("2026-11-21T05:00:00Z");
    private static final List<RestoredCopy> MADE = new ArrayList<>();
    private static PostgresCluster server;

    private final String database;
    private final Inventory inventory;
    private final Fingerprints fingerprints;

    private RestoredCopy(String database, Inventory inventory, Fingerprints fingerprints) {
        this.database = database;
        this.inventory = inventory;
        this.fingerprints = fingerprints;
    }

    /** The server, started at the first call, with a database named {@link #CRUEL} of many kinds of things. */
    public static synchronized PostgresCluster server() {
        PostgresCluster shared = LocalParts.shared().postgres();
        // Class loaders of a test each have this class; the server is one.
        if (server == null && !exists(shared)) {
            shared.execute("postgres", "create role " + PostgresCluster.quoted(CRUEL), "create role reporting");
            shared.ensureDatabase(CRUEL, CRUEL);
            shared.execute(CRUEL, CONTENT);
        }
        server = shared;
        return server;
    }

    private static boolean exists(PostgresCluster shared) {
        try (Connection connection = shared.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select 1 from pg_roles where rolname = 'reporting'")) {
            return row.next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String[] CONTENT = {
        "create extension citext",
        "create schema \"sch\"\"ema 'ü\"",
        """
        create table "sch""ema 'ü"."tab""le ; ö" ("id "" '" int primary key, "näme" text, amount numeric,
          ratio double precision, small real, at timestamptz, doc jsonb, raw bytea, tags text[], mail citext)""",
        """
        insert into "sch""ema 'ü"."tab""le ; ö" select n, 'row ''" ' || n, n * 1.10, n / 3.0, n / 7.0,
          timestamptz '2026-01-01 00:00:00.123456+02' + n * interval '1 hour', jsonb_build_object('n', n),
          decode(lpad(to_hex(n), 8, '0'), 'hex'), array['a', null, n::text], 'A' || n || '@x'
        from generate_series(1, 500) n""",
        "create index \"in\"\"dex\" on \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" (\"näme\")",
        "create table payments (id int, month date not null, amount numeric(12, 2)) partition by range (month)",
        "create table payments_01 partition of payments for values from ('2026-01-01') to ('2026-02-01')",
        "create table payments_02 partition of payments for values from ('2026-02-01') to ('2026-03-01')",
        "insert into payments select n, date '2026-01-01' + n % 59, n * 0.01 from generate_series(1, 400) n",
        "create table specials (f double precision, n numeric)",
        "insert into specials values ('NaN', 'NaN'), ('-0', 1.10), ('0', 1.1), ('Infinity', 0), (null, null)",
        "create unlogged table scratch (n int)",
        "create sequence numbers",
        "select nextval('numbers') from generate_series(1, 7)",
        "create view totals as select month, sum(amount) as total from payments group by month",
        "create function one() returns int language sql immutable as 'select 1'",
        "select lo_from_bytea(4711, decode(repeat('ab', 300000), 'hex'))",
    };

    /** A copy of its own, with a plain name, and what it holds before it is damaged. */
    public static RestoredCopy whole() throws SQLException {
        String name = "copy_" + Long.toHexString(System.nanoTime());
        server().execute("postgres", "create database " + name + " template " + PostgresCluster.quoted(CRUEL));
        RestoredCopy copy = read(name);
        MADE.add(copy);
        return copy;
    }

    /** Removes it: pg_amcheck looks at all databases of the server. */
    public void drop() {
        server().execute("postgres", "drop database if exists " + PostgresCluster.quoted(database) + " with (force)");
    }

    /** Removes what {@link #whole} made so far in this JVM's class loader. */
    static void dropAll() {
        MADE.forEach(RestoredCopy::drop);
        MADE.clear();
    }

    /** The database with the cruel name itself: not to be damaged. */
    public static RestoredCopy cruel() throws SQLException {
        server();
        return read(CRUEL);
    }

    private static RestoredCopy read(String database) throws SQLException {
        InventoryReader inventories = new InventoryReader();
        try (Connection connection = sandbox().open(database)) {
            Fingerprints.DatabaseFingerprint content = new FingerprintReader()
                    .read(connection, database, FingerprintReader.Selection.full(), relation -> {});
            Inventory inventory = inventories.cluster(connection, NOW, List.of(inventories.database(connection)));
            return new RestoredCopy(
                    database,
                    inventory,
                    new Fingerprints(
                            Fingerprints.FORMAT_VERSION, "full", FingerprintReader.ALGORITHM, List.of(content)));
        }
    }

    /** The way in. */
    public static Sandbox sandbox() {
        return new Sandbox(
                PostgresCluster.HOST,
                server().port(),
                PostgresCluster.SUPERUSER,
                Secret.of(server().password()),
                "postgres");
    }

    public String database() {
        return database;
    }

    public Inventory inventory() {
        return inventory;
    }

    /** Damages it. */
    public RestoredCopy after(String... statements) {
        server().execute(database, statements);
        return this;
    }

    /** As the backup of a dump with fingerprints. */
    Material dump(CheckSpec... assertions) {
        return material("dump", CLUSTER, inventory.systemIdentifier(), 15, Optional.of(fingerprints), assertions);
    }

    /** As a dump with other fingerprints. */
    Material dump(Optional<Fingerprints> other) {
        return material("dump", CLUSTER, inventory.systemIdentifier(), 15, other);
    }

    /** As a backup of files. */
    Material files() {
        return material("pgbackrest", CLUSTER, inventory.systemIdentifier(), 15, Optional.empty());
    }

    /** As a backup of files of that cluster. */
    Material files(String systemIdentifier) {
        return material("pgbackrest", CLUSTER, systemIdentifier, 15, Optional.empty());
    }

    /** Of another cluster, or of another version. */
    Material of(UUID clusterOfBackup, int major) {
        return material("dump", clusterOfBackup, inventory.systemIdentifier(), major, Optional.of(fingerprints));
    }

    UUID clusterId() {
        return CLUSTER;
    }

    public Fingerprints fingerprints() {
        return fingerprints;
    }

    private Material material(
            String method,
            UUID clusterOfBackup,
            String system,
            int major,
            Optional<Fingerprints> content,
            CheckSpec... assertions) {
        BackupManifest manifest = new BackupManifest(
                BackupManifest.FORMAT_VERSION,
                UUID.fromString("01930000-0000-7000-8000-00000000000b"),
                clusterOfBackup,
                "shop",
                method,
                null,
                system,
                "15.18",
                major,
                NOW,
                NOW,
                NOW,
                null,
                null,
                List.of(),
                null,
                new ObjectRef("inventory.json", "ab".repeat(32), 1L),
                null,
                List.of(),
                null);
        return new Material(CLUSTER, manifest, inventory, content, List.of(database), Optional.of(List.of(assertions)));
    }
}
