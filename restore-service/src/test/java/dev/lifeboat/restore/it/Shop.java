package dev.lifeboat.restore.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.store.SealedStore;
import dev.lifeboat.platform.store.SealingKeys;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.ClockOffset;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.fleet.SecretRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A sample cluster with cruel names, and dumps of it in the object store: made by {@code pg_dump} and described as
 * backup-service would. Started once per JVM.
 */
final class Shop {
    static final String CRUEL = "we ird=ü'\"db";

    /** An index that takes seconds to build, also when it is restored. */
    static final List<String> SLOW_INDEX = List.of(
            "set default_transaction_read_only = off",
            "create or replace function slow(int) returns int immutable language plpgsql"
                    + " as 'begin if $1 <= 40 then perform pg_sleep(0.1); end if; return $1; end'",
            "create index slow on customers (slow(id))");

    private static Shop shared;

    private final LocalParts parts = LocalParts.shared();
    private final PostgresCluster server;

    private Shop(PostgresCluster server) {
        this.server = server;
    }

    static synchronized Shop shared() {
        if (shared == null) {
            PostgresCluster server =
                    LocalParts.shared().newPostgres("shop", Map.of("max_connections", "150", "wal_level", "logical"));
            server.start(Lifetime.OF_THIS_JVM);
            server.execute(
                    "postgres",
                    "create role owner1",
                    "create role \"o'brien \"\"x\"\"\" login password 'quite secret'",
                    "create database shop owner owner1",
                    "create database \"we ird=ü'\"\"db\" encoding 'UTF8' template template0",
                    "alter database shop set default_transaction_read_only = on");
            Path tablespace = LocalParts.shared().newFolder("ts");
            try {
                var lookup = tablespace.getFileSystem().getUserPrincipalLookupService();
                if (System.getProperty("user.name").equals("root")) {
                    Files.setOwner(tablespace, lookup.lookupPrincipalByName("postgres"));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            server.execute("postgres", "create tablespace fast location '" + tablespace + "'");
            server.execute(
                    "shop",
                    "set default_transaction_read_only = off",
                    "create extension citext",
                    "create table customers (id int primary key, name text, mail citext) tablespace fast",
                    "insert into customers select g, 'c' || g, 'C' || g || '@example.org' from generate_series(1, 5000) g",
                    "alter table customers owner to \"o'brien \"\"x\"\"\"",
                    "create table orders (id int primary key, customer int references customers, at timestamptz)",
                    "insert into orders select g, 1 + g % 5000, now() from generate_series(1, 20000) g",
                    "grant select on orders to owner1",
                    "select lo_from_bytea(4711, 'abc')",
                    "create subscription s1 connection 'host=127.0.0.1 port=1 dbname=x' publication p with (connect = false)");
            server.execute(CRUEL, "create table \"t able\" (\"c'ol\" text)", "insert into \"t able\" values ('x')");
            shared = new Shop(server);
        }
        return shared;
    }

    PostgresCluster server() {
        return server;
    }

    /** Declares the repository and a cluster of its own name for a test. */
    UUID declare(Events events, String cluster, List<DrillPolicy> drills) {
        UUID clusterId = UUID.randomUUID();
        events.say(
                Keys.repository("east"),
                "repository/east",
                null,
                System.currentTimeMillis(),
                new FleetEvent.RepositoryDeclared(REPOSITORY_ID, "east", "d", repository()));
        declare(events, clusterId, cluster, 1, drills);
        return clusterId;
    }

    /** What dumps say of the source's clock. */
    static final ClockOffset SOURCE_CLOCK =
            new ClockOffset(Duration.ofMillis(-250), Duration.ofMillis(3), Instant.parse("2026-11-21T07:00:00Z"));

    private static final UUID REPOSITORY_ID = UUID.randomUUID();

    void declare(Events events, UUID clusterId, String cluster, long version, List<DrillPolicy> drills) {
        events.say(
                Keys.cluster(cluster),
                "cluster/" + cluster,
                clusterId,
                version,
                new FleetEvent.ClusterDeclared(
                        clusterId,
                        cluster,
                        "d",
                        new ClusterSpec(
                                cluster,
                                new ClusterSpec.Connection(
                                        "127.0.0.1", server.port(), "postgres", null, null, null, null, null),
                                null,
                                new ClusterSpec.Objectives(Duration.ofHours(1), Duration.ofMinutes(15)),
                                List.of("west", "east"),
                                null,
                                List.of(),
                                drills,
                                List.of(new CheckSpec("orders", "shop", "select count(*) from orders", "20000", true)),
                                null,
                                new ClusterSpec.Restores("required"))));
    }

    RepositorySpec repository() {
        return repository("east", "it/", null);
    }

    /** The same bucket, with another prefix, encrypted. */
    RepositorySpec sealedRepository() {
        return repository("sealed", "sealed/", new RepositorySpec.Encryption(SecretRef.ofFile("sealed-passphrase")));
    }

    private RepositorySpec repository(String name, String prefix, RepositorySpec.Encryption encryption) {
        var east = parts.east();
        var keys = new RepositorySpec.Credentials(SecretRef.ofFile("east-access"), SecretRef.ofFile("east-secret"));
        return new RepositorySpec(
                name,
                "s3",
                east.endpoint(),
                east.region(),
                east.bucket(),
                prefix,
                keys,
                null,
                east.caFile().toString(),
                true,
                encryption);
    }

    /** The encrypted one, opened with a passphrase. */
    ObjectStore sealedStore(String passphrase) {
        return new SealedStore(
                store("sealed/"),
                "sealed",
                new SealingKeys(Clock.systemUTC()),
                Optional.of(() -> Secret.of(passphrase)));
    }

    ObjectStore store() {
        return store("it/");
    }

    private ObjectStore store(String prefix) {
        var east = parts.east();
        return new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(east.endpoint()),
                        east.region(),
                        east.bucket(),
                        prefix,
                        east.accessKey(),
                        Secret.of(east.secretKey()),
                        Optional.of(east.caFile()),
                        true));
    }

    /** Takes a dump of the databases and tells of it. */
    BackupCompleted dump(Events events, String cluster, UUID clusterId, String format, List<String> databases)
            throws Exception {
        BackupCompleted completed = dumped(cluster, clusterId, format, databases);
        tell(events, clusterId, completed);
        return completed;
    }

    /** Tells that a backup is completed. */
    void tell(Events events, UUID clusterId, BackupCompleted completed) {
        events.say(Keys.cluster(completed.cluster()), "backup/" + completed.backupId(), clusterId, 3, completed);
    }

    /** Takes a dump of the databases, and leaves it to the caller to tell of it. */
    BackupCompleted dumped(String cluster, UUID clusterId, String format, List<String> databases) throws Exception {
        UUID backupId = UUID.randomUUID();
        String root = "clusters/" + cluster + "/" + clusterId + "/dump/" + backupId + "/";
        Instant startedAt = Instant.now();
        Path work = parts.newFolder("dump");
        try (ObjectStore store = store()) {
            Path globals = work.resolve("globals.sql");
            tool("pg_dumpall", "--globals-only", "--file=" + globals);
            ObjectRef globalsRef = put(store, root + "1/globals.sql", globals);
            List<DatabaseDump> dumps = new ArrayList<>();
            long oid = 16384;
            for (String database : databases) {
                Path target = work.resolve("d" + oid);
                List<String> arguments = new ArrayList<>(
                        List.of("--format=" + format, "--file=" + target, "--dbname=dbname=" + conninfo(database)));
                if (format.equals("directory")) {
                    arguments.add("--jobs=2");
                }
                tool("pg_dump", arguments.toArray(String[]::new));
                List<DumpObject> objects = new ArrayList<>();
                if (format.equals("custom")) {
                    objects.add(
                            new DumpObject("dump.pgc", put(store, root + "1/databases/" + oid + "/dump.pgc", target)));
                } else {
                    try (Stream<Path> files = Files.list(target)) {
                        for (Path file : files.sorted().toList()) {
                            String name = file.getFileName().toString();
                            objects.add(
                                    new DumpObject(name, put(store, root + "1/databases/" + oid + "/" + name, file)));
                        }
                    }
                }
                dumps.add(new DatabaseDump(database, oid, format, "s", startedAt, objects));
                oid++;
            }
            ObjectRef inventory = json(store, root + "1/inventory.json", inventory(databases));
            var manifest = new BackupManifest(
                    1,
                    backupId,
                    clusterId,
                    cluster,
                    "dump",
                    null,
                    "7",
                    "15.0",
                    15,
                    startedAt,
                    Instant.now(),
                    startedAt,
                    globalsRef,
                    false,
                    dumps,
                    null,
                    inventory,
                    null,
                    List.of(),
                    SOURCE_CLOCK);
            ObjectRef manifestRef = json(store, root + "manifest.json", manifest);
            return new BackupCompleted(
                    backupId,
                    cluster,
                    "dump",
                    null,
                    null,
                    null,
                    "east",
                    null,
                    null,
                    startedAt,
                    startedAt,
                    Instant.now(),
                    10_000_000L,
                    1_000_000L,
                    databases,
                    startedAt,
                    null,
                    null,
                    null,
                    "7",
                    manifestRef,
                    inventory,
                    List.of(),
                    "principal/operator");
        }
    }

    private static Inventory inventory(List<String> databases) {
        return new Inventory(
                1,
                Instant.now(),
                "7",
                "15.0",
                150000,
                null,
                true,
                1,
                16L << 20,
                "postgres",
                Map.of("shared_preload_libraries", "pg_cron,auto_explain", "max_connections", "150"),
                List.of(),
                List.of(new Inventory.Tablespace("fast", "/srv/fast")),
                databases.stream()
                        .map(name -> new Inventory.Database(
                                name,
                                16384,
                                "postgres",
                                "UTF8",
                                "libc",
                                "C.UTF-8",
                                "C.UTF-8",
                                null,
                                null,
                                null,
                                10_000_000,
                                name.equals("shop")
                                        ? List.of(new Inventory.Extension("citext", "1.6", "public"))
                                        : List.of(),
                                List.of(),
                                List.of(),
                                Map.of(),
                                0L))
                        .toList());
    }

    private static ObjectRef json(ObjectStore store, String key, Object document) throws IOException {
        StoredObject stored =
                store.put(key, EventJson.mapper().writeValueAsBytes(document), PutCondition.IF_ABSENT, Map.of());
        return new ObjectRef(key, stored.sha256(), stored.size());
    }

    private static ObjectRef put(ObjectStore store, String key, Path file) {
        StoredObject stored = store.put(key, file, PutCondition.IF_ABSENT, Map.of());
        return new ObjectRef(key, stored.sha256(), stored.size());
    }

    private static String conninfo(String database) {
        return "'" + database.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void tool(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/lib/postgresql/15/bin/" + program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(server.port()));
        builder.environment().put("PGUSER", PostgresCluster.SUPERUSER);
        builder.environment().put("PGPASSWORD", server.password());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(program + ": " + output);
        }
    }
}
