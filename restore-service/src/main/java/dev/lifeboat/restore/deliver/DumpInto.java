package dev.lifeboat.restore.deliver;

import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.contents.ArchiveContents;
import dev.lifeboat.restore.contents.Selection;
import dev.lifeboat.restore.deliver.Delivery.Wish;
import dev.lifeboat.restore.deliver.TargetPreflight.Item;
import dev.lifeboat.restore.dump.DumpFiles;
import dev.lifeboat.restore.sandbox.Tools;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.DatabaseDump;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Inventory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;

/** One dump on its way into databases of a server, step by step; what is told between the steps is the caller's. */
public final class DumpInto {
    /** Below this, workers cost more than they save. */
    private static final long WORTH_WORKERS = 48L << 20;

    private static final long HEADROOM = 64L << 20;

    private final Delivery delivery;
    private final BackupManifest manifest;
    private final Inventory inventory;
    private final BackupReader reader;
    private final TargetServer server;
    private List<Item> items = List.of();
    private TargetFacts facts;

    /** @param inventory null when the backup has none */
    public DumpInto(
            Delivery delivery, BackupManifest manifest, Inventory inventory, BackupReader reader, TargetServer server) {
        this.delivery = delivery;
        this.manifest = manifest;
        this.inventory = inventory;
        this.reader = reader;
        this.server = server;
    }

    /**
     * Looks whether it can be done; changes nothing anywhere.
     *
     * @param scratch where the dump will be downloaded to
     * @throws NotCarriedOut with what stands in the way
     */
    public void plan(Path scratch) throws IOException {
        if (manifest.databases() == null) {
            throw NotCarriedOut.forGood(new Failure(
                    "restore.no-dump",
                    "Only dumps go into databases of another server.",
                    "a backup of method dump",
                    manifest.method(),
                    "Name a dump, or restore this one into a directory."));
        }
        items = new ArrayList<>();
        for (Wish wish : wishes()) {
            var archive = contents(dump(wish.name()));
            items.add(new Item(
                    wish.name(),
                    wish.as(),
                    wish.whole() ? Selection.all(archive) : Selection.of(archive, wish.schemas(), wish.tables())));
        }
        facts = server.facts();
        Optional<Failure> refused = TargetPreflight.refuse(items, delivery.noOwner(), manifest.majorVersion(), facts);
        if (refused.isPresent()) {
            throw NotCarriedOut.forGood(refused.get());
        }
        long largest = wishes().stream()
                .mapToLong(wish -> bytes(dump(wish.name())))
                .max()
                .orElse(0);
        long room = Files.getFileStore(scratch).getUsableSpace();
        if (room < largest + HEADROOM) {
            throw NotCarriedOut.forGood(new Failure(
                    "plan.disk-too-small",
                    "The work folder has too little room for the dump.",
                    largest + HEADROOM + " bytes free",
                    room + " bytes free",
                    "Make room, or move lifeboat.work-directory to a larger file system."));
        }
    }

    /**
     * Makes the databases, empty, each under a name of its own.
     *
     * @return their oids
     */
    public List<Long> create(UUID restore, long epoch) {
        List<Long> oids = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            String from = items.get(index).from();
            oids.add(server.create(OwnDatabases.of(restore, epoch, index), like(from)));
        }
        return oids;
    }

    /** Told how it goes on, and asked whether it shall. */
    public interface Watch {
        /** A place to stop: throws then. */
        void check();

        /** So many bytes of the dumps came in. */
        void moved(long bytes);
    }

    /** Fills the databases. */
    public Delivered fill(
            UUID restore, long epoch, List<Long> oids, Path scratch, Tools tools, PostgresTools programs, Watch watch)
            throws IOException, InterruptedException {
        Set<String> withoutTablespaces = TargetPreflight.missingTablespaces(items, facts);
        List<String> remarks = new ArrayList<>();
        if (!withoutTablespaces.isEmpty()) {
            remarks.add("The server has no tablespaces " + String.join(", ", withoutTablespaces)
                    + ": all lies in the databases' own.");
        }
        List<Delivered.Copy> copies = new ArrayList<>();
        Optional<Fingerprints> noted = noted();
        for (int index = 0; index < items.size(); index++) {
            Item item = items.get(index);
            String into = OwnDatabases.of(restore, epoch, index);
            DatabaseDump dump = dump(item.from());
            Path folder = Files.createDirectory(scratch.resolve("dump-" + index));
            LongConsumer moved = bytes -> {
                watch.check();
                watch.moved(bytes);
            };
            DumpFiles.Downloaded downloaded = DumpFiles.download(reader, dump, folder, moved);
            remarks.addAll(new DatabaseCopy(tools, programs, server, scratch)
                    .restore(
                            item.from(),
                            item.selection(),
                            downloaded,
                            into,
                            new DatabaseCopy.Manner(
                                    delivery.databases().isEmpty()
                                            || wishes().get(index).whole(),
                                    delivery.noOwner(),
                                    !withoutTablespaces.isEmpty(),
                                    manifest.majorVersion(),
                                    jobs(dump)),
                            watch::check));
            for (Path file : downloaded.files()) {
                Files.delete(file);
            }
            copies.add(copy(item, into, oids.get(index), counted(item, into, noted, watch)));
        }
        return new Delivered(
                restore,
                manifest.cluster(),
                server.target().address(),
                manifest.backupId(),
                manifest.snapshotAt(),
                copies,
                remarks,
                Delivered.next(delivery.noOwner()),
                null);
    }

    private RowCounts counted(Item item, String into, Optional<Fingerprints> noted, Watch watch) {
        DatabaseFingerprint fingerprint = noted.flatMap(all -> all.databases().stream()
                        .filter(each -> each.database().equals(item.from()))
                        .findFirst())
                .orElse(null);
        try (Connection connection = server.open(into)) {
            return RowCounts.compare(
                    RowCounts.count(connection, item.selection().rows(), watch::check), fingerprint);
        } catch (SQLException e) {
            throw NotCarriedOut.forNow(
                    new Failure(
                            "restore.target-fault",
                            "The rows that were restored could not be counted.",
                            "an answer",
                            e.getSQLState() + ": "
                                    + String.valueOf(e.getMessage())
                                            .lines()
                                            .findFirst()
                                            .orElse(""),
                            "It is tried again; look at the server at "
                                    + server.target().address() + " if it stays so."),
                    e);
        }
    }

    private Delivered.Copy copy(Item item, String madeAs, long oid, RowCounts counts) {
        Inventory.Database like = like(item.from());
        boolean owned = !delivery.noOwner()
                && like != null
                && like.owner() != null
                && facts.roles().contains(like.owner())
                && (facts.superuser() || facts.givable().contains(like.owner()));
        return new Delivered.Copy(
                item.as(),
                item.from(),
                madeAs,
                oid,
                owned ? like.owner() : null,
                counts.tables(),
                counts.rows(),
                counts.compared(),
                counts.differing(),
                counts.notCounted(),
                item.selection().leftOut());
    }

    private List<Wish> wishes() {
        return delivery.databases().isEmpty()
                ? manifest.databases().stream()
                        .map(dump -> new Wish(dump.name(), dump.name(), List.of(), List.of()))
                        .toList()
                : delivery.databases();
    }

    private DatabaseDump dump(String name) {
        return manifest.databases().stream()
                .filter(dump -> dump.name().equals(name))
                .findFirst()
                .orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                        "restore.not-in-dump",
                        "The database is not in the dump.",
                        String.join(
                                ", ",
                                manifest.databases().stream()
                                        .map(DatabaseDump::name)
                                        .toList()),
                        name,
                        "Name one of these, or another backup.")));
    }

    private List<dev.lifeboat.restore.contents.Entry> contents(DatabaseDump dump) {
        var object = DumpFiles.contents(dump).object();
        // Not read to its end: whether the bytes are those that were stored shows when they are downloaded.
        try (InputStream in = new BufferedInputStream(reader.open(object))) {
            return ArchiveContents.read(in);
        } catch (IOException e) {
            if (BackupReader.isFromStore(e)) {
                throw BackupReader.judged(object.key(), e);
            }
            throw new DoesNotRestore(new Failure(
                    "backup.archive-unreadable",
                    "The dump's table of contents cannot be read.",
                    "an archive of pg_dump 12 to 18",
                    object.key() + ": " + e.getMessage(),
                    "Restore it by hand with pg_restore; upgrade restore-service if its version is newer."));
        }
    }

    private Optional<Fingerprints> noted() throws IOException {
        return manifest.fingerprints() == null
                ? Optional.empty()
                : Optional.of(EventJson.mapper().readValue(reader.bytes(manifest.fingerprints()), Fingerprints.class));
    }

    private Inventory.Database like(String name) {
        return inventory == null
                ? null
                : inventory.databases().stream()
                        .filter(database -> database.name().equals(name))
                        .findFirst()
                        .orElse(null);
    }

    /** Bytes of all dumps concerned, as stored. */
    public long bytes() {
        return wishes().stream().mapToLong(wish -> bytes(dump(wish.name()))).sum();
    }

    private static int jobs(DatabaseDump dump) {
        return bytes(dump) < WORTH_WORKERS ? 1 : Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
    }

    private static long bytes(DatabaseDump dump) {
        return dump.objects().stream()
                .mapToLong(each ->
                        each.object().bytes() == null ? 0 : each.object().bytes())
                .sum();
    }
}
