package dev.lifeboat.restore.it;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.local.process.Lifetime;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.pgbackrest.PgBackRest;
import dev.lifeboat.platform.pgbackrest.PgBackRestConfig;
import dev.lifeboat.platform.pgbackrest.PgBackRestInfo;
import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.pgbackrest.PgBackRestSecrets;
import dev.lifeboat.platform.process.OsUser;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.event.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A sample cluster of its own that archives by pgBackRest into the object store, with a set described as backup-service would. */
final class PgBackRestShop {
    private final LocalParts parts = LocalParts.shared();
    private final PostgresCluster server;
    private final String cluster;
    private final UUID clusterId;
    private final PgBackRest tool;

    private PgBackRestShop(PostgresCluster server, String cluster, UUID clusterId, PgBackRest tool) {
        this.server = server;
        this.cluster = cluster;
        this.clusterId = clusterId;
        this.tool = tool;
    }

    static PgBackRestShop start(Shop shop, String cluster, UUID clusterId) throws Exception {
        LocalParts parts = LocalParts.shared();
        PostgresCluster server = parts.newPostgres(
                "pgbr", Map.of("archive_mode", "on", "max_connections", "137", "max_wal_senders", "4"));
        server.start(Lifetime.OF_THIS_JVM);
        Path folder = owned(parts.newFolder("pgbackrest"));
        var config = new PgBackRestConfig(
                cluster,
                new PgBackRestConfig.Server(
                        server.dataDirectory(),
                        OptionalInt.of(server.port()),
                        Optional.of(PostgresCluster.SUPERUSER),
                        Optional.of("postgres"),
                        Optional.of(server.socketDirectory())),
                PgBackRestRepository.of(shop.repository(), cluster, clusterId),
                PgBackRestConfig.Folders.below(folder),
                new PgBackRestConfig.Tuning("gz", OptionalInt.of(1), 1, Duration.ofSeconds(60)));
        for (Path each : List.of(
                config.folders().lock(),
                config.folders().log(),
                config.folders().spool())) {
            owned(Files.createDirectories(each));
        }
        var secrets = new PgBackRestSecrets(
                Secret.of(parts.east().accessKey()), Secret.of(parts.east().secretKey()), Optional.empty());
        Path file = Files.writeString(folder.resolve("pgbackrest.conf"), config.textWith(secrets));
        Files.setPosixFilePermissions(owned(file), PosixFilePermissions.fromString("rw-------"));
        var tool = new PgBackRest(
                new ProcessRunner(parts.newFolder("tools"), Duration.ofSeconds(5)),
                PgBackRest.Access.withoutServer("pgbackrest", user(), file, cluster, secrets));
        server.execute(
                "postgres",
                "alter system set archive_command = 'pgbackrest --config=" + file + " --stanza=" + cluster
                        + " archive-push %p'",
                "alter system set vacuum_cost_limit = 777",
                "select pg_reload_conf()");
        tool.createStanza();
        return new PgBackRestShop(server, cluster, clusterId, tool);
    }

    UUID clusterId() {
        return clusterId;
    }

    PostgresCluster server() {
        return server;
    }

    /** Runs SQL and waits until the WAL of it is in the archive. */
    void archived(String... sql) throws SQLException {
        server.execute("postgres", sql);
        String segment = text("select pg_walfile_name(pg_current_wal_lsn())");
        server.execute("postgres", "select pg_switch_wal()");
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> text("select coalesce(max(last_archived_wal), '') from pg_stat_archiver")
                                .compareTo(segment)
                        >= 0);
    }

    /** Lets the server come up as after a promotion: on a timeline of its own. */
    void branchOff() throws Exception {
        server.execute("postgres", "alter system set restore_command = '/bin/false'");
        server.stop();
        owned(Files.createFile(server.dataDirectory().resolve("recovery.signal")));
        server.start(Lifetime.OF_THIS_JVM);
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> text("select pg_is_in_recovery()")
                .equals("f"));
    }

    /** Takes a set and tells of it. */
    BackupCompleted backup(Events events, Shop shop, String type) throws Exception {
        UUID backupId = UUID.randomUUID();
        Instant startedAt = Instant.now();
        tool.run("backup", "--type=" + type, "--annotation=" + PgBackRest.BACKUP_ID + "=" + backupId);
        PgBackRestInfo info = tool.info();
        PgBackRestInfo.Set set =
                info.annotated(PgBackRest.BACKUP_ID, backupId.toString()).orElseThrow();
        String repositoryPath = PgBackRestRepository.keyPrefix(cluster, clusterId);
        String root = "clusters/" + cluster + "/" + clusterId + "/sets/" + backupId + "/";
        String systemIdentifier = text("select system_identifier from pg_control_system()");
        try (ObjectStore store = shop.store()) {
            ObjectRef inventory = json(store, root + "inventory.json", inventory(systemIdentifier));
            ObjectRef manifest = json(
                    store,
                    root + "manifest.json",
                    new BackupManifest(
                            1,
                            backupId,
                            clusterId,
                            cluster,
                            "pgbackrest",
                            type,
                            systemIdentifier,
                            "15.0",
                            15,
                            startedAt,
                            set.completedAt(),
                            null,
                            null,
                            null,
                            null,
                            new PgBackRestSet(
                                    cluster,
                                    repositoryPath,
                                    set.label(),
                                    info.chain(set),
                                    false,
                                    set.startWal(),
                                    set.stopWal(),
                                    set.startLsn(),
                                    set.stopLsn(),
                                    set.timeline(),
                                    set.toolVersion()),
                            inventory,
                            null,
                            List.of(),
                            null));
            var completed = new BackupCompleted(
                    backupId,
                    cluster,
                    "pgbackrest",
                    type,
                    set.label(),
                    info.chain(set),
                    "east",
                    null,
                    null,
                    startedAt,
                    startedAt,
                    set.completedAt(),
                    set.databaseBytes(),
                    1_000_000L,
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

    /** Where the repository's files lie on this host: to look at, and to damage. */
    Path files() {
        return parts.east()
                .objects(parts.east().bucket())
                .resolve("it/" + PgBackRestRepository.keyPrefix(cluster, clusterId));
    }

    String text(String sql) throws SQLException {
        try (Connection connection = server.connect("postgres");
                ResultSet row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Inventory inventory(String systemIdentifier) {
        return new Inventory(
                1,
                Instant.now(),
                systemIdentifier,
                "15.0",
                150000,
                null,
                true,
                1,
                16L << 20,
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

    private static ObjectRef json(ObjectStore store, String key, Object document) throws IOException {
        StoredObject stored =
                store.put(key, EventJson.mapper().writeValueAsBytes(document), PutCondition.IF_ABSENT, Map.of());
        return new ObjectRef(key, stored.sha256(), stored.size());
    }

    private static String user() {
        return OsUser.areWeRoot() ? "postgres" : OsUser.current().name();
    }

    private static Path owned(Path path) throws IOException {
        if (OsUser.areWeRoot()) {
            var lookup = path.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(path, lookup.lookupPrincipalByName(user()));
        }
        return path;
    }
}
