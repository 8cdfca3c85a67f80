package dev.lifeboat.restore.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.local.process.ServerUser;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.Keys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A sample cluster of its own whose files and WAL lie in the object store as backup-service would put them there: the files
 * by {@code pg_basebackup}, the WAL out of {@code pg_wal}. What is stored is stored for any number of declared clusters.
 */
final class PhysicalShop {
    private final LocalParts parts = LocalParts.shared();
    private final PostgresCluster server;
    private final String systemIdentifier;
    private Path base;
    private Instant startedAt;
    private Instant completedAt;
    private long left;

    private PhysicalShop(PostgresCluster server) throws SQLException {
        this.server = server;
        this.systemIdentifier = text("select system_identifier from pg_control_system()");
    }

    static PhysicalShop start() throws Exception {
        LocalParts parts = LocalParts.shared();
        PostgresCluster server = parts.newPostgres(
                "physical",
                Map.of("max_connections", "137", "max_wal_senders", "4", "wal_keep_size", "1GB", "autovacuum", "off"));
        server.start(Lifetime.OF_THIS_JVM);
        Path tablespace = parts.newFolder("space");
        ServerUser.current().own(tablespace, "rwx------");
        server.execute(
                "postgres",
                "alter system set vacuum_cost_limit = 777",
                "select pg_reload_conf()",
                "create tablespace space location '" + tablespace + "'",
                "create table spacious (id int primary key) tablespace space",
                "insert into spacious select generate_series(1, 100)");
        return new PhysicalShop(server);
    }

    PostgresCluster server() {
        return server;
    }

    /** Lets the server copy its files. */
    void copyFiles() throws Exception {
        startedAt = Instant.now();
        base = parts.newFolder("base");
        ProcessBuilder builder = new ProcessBuilder(
                        "/usr/lib/postgresql/15/bin/pg_basebackup",
                        "--format=tar",
                        "--wal-method=none",
                        "--checkpoint=fast",
                        "--manifest-checksums=SHA256",
                        "--no-sync",
                        "--pgdata=" + base)
                .redirectErrorStream(true);
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(server.port()));
        builder.environment().put("PGUSER", PostgresCluster.SUPERUSER);
        builder.environment().put("PGPASSWORD", server.password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(said);
        }
        completedAt = Instant.now();
    }

    /** Stores the files for a declared cluster, and tells of the backup. */
    BackupCompleted store(Events events, Shop shop, String cluster, UUID clusterId) throws Exception {
        return store(events, "east", shop::store, cluster, clusterId);
    }

    /** Stores them in a repository of that name. */
    BackupCompleted store(
            Events events, String repository, Supplier<ObjectStore> opened, String cluster, UUID clusterId)
            throws Exception {
        UUID backupId = UUID.randomUUID();
        String root = "clusters/" + cluster + "/" + clusterId + "/physical/" + backupId + "/";
        try (ObjectStore store = opened.get()) {
            List<PhysicalArchive> archives = new ArrayList<>();
            for (Path tar : tars()) {
                String oid = tar.getFileName().toString().replace(".tar", "");
                boolean isBase = oid.equals("base");
                byte[] plain = Files.readAllBytes(tar);
                archives.add(new PhysicalArchive(
                        tar.getFileName() + ".zst",
                        isBase ? null : oid,
                        isBase ? null : text("select pg_tablespace_location(" + oid + ")"),
                        put(store, root + "1/" + tar.getFileName() + ".zst" + store.sealing(), Zstd.compress(plain, 1)),
                        plain.length));
            }
            byte[] listed = Files.readAllBytes(base.resolve("backup_manifest"));
            JsonNode wal =
                    EventJson.mapper().readTree(listed).path("WAL-Ranges").path(0);
            var set = new PhysicalSet(
                    wal.path("Start-LSN").textValue(),
                    wal.path("End-LSN").textValue(),
                    wal.path("Timeline").intValue(),
                    segmentBytes(),
                    archives,
                    put(store, root + "1/backup_manifest", listed),
                    "zstd");
            ObjectRef inventory = json(store, root + "1/inventory.json", inventory());
            ObjectRef manifest =
                    json(store, root + "manifest.json", manifest(backupId, cluster, clusterId, set, inventory));
            var completed = new BackupCompleted(
                    backupId,
                    cluster,
                    "physical",
                    null,
                    null,
                    null,
                    repository,
                    null,
                    null,
                    startedAt,
                    startedAt,
                    completedAt,
                    30_000_000L,
                    3_000_000L,
                    null,
                    null,
                    set.startLsn(),
                    set.stopLsn(),
                    set.timeline(),
                    systemIdentifier,
                    manifest,
                    inventory,
                    List.of(),
                    "principal/operator");
            events.say(Keys.cluster(cluster), "backup/" + backupId, clusterId, 3, completed);
            return completed;
        }
    }

    /** Stores all WAL up to what is flushed now: whole segments, and the open one in two pieces. */
    void storeWal(Shop shop, String cluster, UUID clusterId) throws Exception {
        storeWal(shop::store, cluster, clusterId);
    }

    void storeWal(Supplier<ObjectStore> opened, String cluster, UUID clusterId) throws Exception {
        String folder = "clusters/" + cluster + "/" + clusterId + "/wal/";
        // Without that, what was written last may not be flushed yet.
        server.execute("postgres", "set synchronous_commit = on", "comment on database postgres is 'flushed'");
        String[] now = text("select pg_walfile_name(pg_current_wal_flush_lsn()) || ' '"
                        + " || (pg_current_wal_flush_lsn() - '0/0')::bigint")
                .split(" ", -1);
        long end = Long.parseLong(now[1]);
        try (ObjectStore store = opened.get();
                Stream<Path> files = Files.list(server.dataDirectory().resolve("pg_wal"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".history")) {
                    store.put(folder + name, Files.readAllBytes(file), PutCondition.NONE, Map.of());
                } else if (name.matches("[0-9A-F]{24}") && name.compareTo(now[0]) < 0) {
                    byte[] wal = Files.readAllBytes(file);
                    long start = number(name) * segmentBytes();
                    if (isLeft(name, start)) {
                        putPiece(store, folder, name, wal, start, start, left);
                    } else if (isWritten(name, wal)) {
                        String key = folder + name.substring(0, 8) + "/" + name + ".zst" + store.sealing();
                        store.put(key, Zstd.compress(wal, 1), PutCondition.NONE, Map.of());
                    }
                } else if (name.equals(now[0])) {
                    long start = end / segmentBytes() * segmentBytes();
                    long middle = start + (end - start) / 3;
                    byte[] wal = Files.readAllBytes(file);
                    putPiece(store, folder, name, wal, start, start, middle);
                    putPiece(store, folder, name, wal, start, middle, end);
                }
            }
        }
    }

    /** The files of stored WAL on this host: to look at, and to damage. */
    List<Path> wal(String cluster, UUID clusterId) throws IOException {
        try (Stream<Path> files = Files.walk(
                parts.east().objects(parts.east().bucket()).resolve("it/clusters/" + cluster + "/" + clusterId))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains("/wal/"))
                    .sorted()
                    .toList();
        }
    }

    /** An object's file on this host. */
    Path file(ObjectRef object) {
        return parts.east().objects(parts.east().bucket()).resolve("it/" + object.key());
    }

    /** Runs SQL, and makes what was written a segment of its own. */
    void inASegment(String... sql) {
        server.execute("postgres", sql);
        server.execute("postgres", "select pg_switch_wal()");
    }

    /** Lets the server come up as after a promotion: on a timeline of its own. */
    void branchOff() throws Exception {
        server.execute("postgres", "alter system set restore_command = '/bin/false'");
        server.stop();
        Path signal = Files.createFile(server.dataDirectory().resolve("recovery.signal"));
        if (OsUser.areWeRoot()) {
            Files.setOwner(signal, Files.getOwner(server.dataDirectory()));
        }
        server.start(Lifetime.OF_THIS_JVM);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> text("select pg_is_in_recovery()")
                .equals("f"));
        String history = Files.readString(server.dataDirectory().resolve("pg_wal/00000002.history"));
        String[] halves = history.split("\\s+", -1)[1].split("/", -1);
        left = (Long.parseLong(halves[0], 16) << 32) + Long.parseLong(halves[1], 16);
    }

    String text(String sql) throws SQLException {
        try (Connection connection = server.connect("postgres");
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private List<Path> tars() throws IOException {
        try (Stream<Path> files = Files.list(base)) {
            return files.filter(file -> file.toString().endsWith(".tar"))
                    .sorted()
                    .toList();
        }
    }

    private long segmentBytes() throws SQLException {
        return Long.parseLong(text("select setting::bigint from pg_settings where name = 'wal_segment_size'"));
    }

    private BackupManifest manifest(
            UUID backupId, String cluster, UUID clusterId, PhysicalSet set, ObjectRef inventory) {
        return new BackupManifest(
                1,
                backupId,
                clusterId,
                cluster,
                "physical",
                null,
                systemIdentifier,
                "15.0",
                15,
                startedAt,
                completedAt,
                null,
                null,
                null,
                null,
                null,
                inventory,
                null,
                List.of(),
                Shop.SOURCE_CLOCK,
                set);
    }

    private Inventory inventory() throws SQLException {
        return new Inventory(
                1,
                Instant.now(),
                systemIdentifier,
                "15.0",
                150000,
                null,
                true,
                1,
                segmentBytes(),
                "postgres",
                Map.of("max_connections", "100"),
                List.of(),
                List.of(),
                List.of(new Inventory.Database(
                        "postgres",
                        5,
                        "postgres",
                        "UTF8",
                        "libc",
                        "C.UTF-8",
                        "C.UTF-8",
                        null,
                        null,
                        null,
                        30_000_000,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        0L)));
    }

    /** A file that the server keeps for later bears the place of the segment that it was. */
    private boolean isWritten(String name, byte[] wal) throws SQLException {
        return ByteBuffer.wrap(wal).order(ByteOrder.LITTLE_ENDIAN).getLong(8) == number(name) * segmentBytes();
    }

    /** Whether the server left the first timeline within that segment: a stream has it up to there. */
    private boolean isLeft(String name, long start) throws SQLException {
        return left > 0 && name.startsWith("00000001") && left > start && left < start + segmentBytes();
    }

    private long number(String name) throws SQLException {
        long perLog = (1L << 32) / segmentBytes();
        return Long.parseLong(name.substring(8, 16), 16) * perLog + Long.parseLong(name.substring(16), 16);
    }

    private static void putPiece(
            ObjectStore store, String folder, String name, byte[] wal, long start, long from, long to) {
        byte[] piece = Arrays.copyOfRange(wal, (int) (from - start), (int) (to - start));
        String key =
                "%s%s/%s/%016X-%016X.zst%s".formatted(folder, name.substring(0, 8), name, from, to, store.sealing());
        store.put(key, Zstd.compress(piece, 1), PutCondition.NONE, Map.of());
    }

    private static ObjectRef json(ObjectStore store, String key, Object document) throws IOException {
        return put(store, key, EventJson.mapper().writeValueAsBytes(document));
    }

    private static ObjectRef put(ObjectStore store, String key, byte[] bytes) {
        StoredObject stored = store.put(key, bytes, PutCondition.IF_ABSENT, Map.of());
        return new ObjectRef(key, stored.sha256(), stored.size());
    }
}
