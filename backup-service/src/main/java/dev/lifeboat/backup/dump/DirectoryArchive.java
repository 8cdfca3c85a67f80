package dev.lifeboat.backup.dump;

import dev.lifeboat.backup.backup.Workers;
import dev.lifeboat.backup.dump.DumpPrograms.Said;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest.DumpObject;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file for each table, written by parallel workers: pg_dump can do that only into a folder, so the whole archive lies
 * in the scratch folder until it is uploaded, the files side by side, each gone as soon as the store has it.
 */
record DirectoryArchive(
        DumpPrograms programs,
        ObjectStore store,
        Deposit deposit,
        DumpKeys keys,
        long epoch,
        Path scratch,
        int jobs,
        int uploads)
        implements ArchiveFormat {
    private static final String CONTENTS = "toc.dat";
    private static final String FOLDER = ".dump";

    @Override
    public Archive take(String database, Snapshot snapshot) throws Exception {
        Path folder = scratch.resolve(snapshot.oid() + FOLDER);
        Said said = programs.directory(database, snapshot.name(), jobs, folder);
        List<Path> files;
        try (Stream<Path> inside = Files.list(folder)) {
            files = inside.sorted(Comparator.comparing(Path::getFileName)).toList();
        }
        return new Archive(upload(files, snapshot.oid()), said);
    }

    private List<DumpObject> upload(List<Path> files, long oid) throws Exception {
        Queue<Path> waiting = new ConcurrentLinkedQueue<>(files);
        Queue<DumpObject> stored = new ConcurrentLinkedQueue<>();
        List<Future<Void>> workers = new ArrayList<>();
        try (Workers threads = new Workers(Math.min(uploads, Math.max(1, files.size())))) {
            for (int i = 0; i < threads.count(); i++) {
                workers.add(threads.run(() -> {
                    for (Path file = waiting.poll(); file != null; file = waiting.poll()) {
                        String name = file.getFileName().toString();
                        stored.add(new DumpObject(name, deposit.file(keys.file(epoch, oid, name), file)));
                        Files.delete(file);
                    }
                    return null;
                }));
            }
            for (Future<Void> worker : workers) {
                Workers.result(worker);
            }
        }
        return stored.stream().sorted(Comparator.comparing(DumpObject::name)).toList();
    }

    @Override
    public long onDisk() {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(scratch, 2)) {
            for (Path file : all.filter(DirectoryArchive::waiting).toList()) {
                bytes += Files.size(file);
            }
        } catch (IOException | UncheckedIOException vanished) {
            // uploaded and removed while we looked: the next look will tell
            return bytes;
        }
        return bytes;
    }

    private static boolean waiting(Path file) {
        Path folder = file.getParent();
        return folder != null && folder.getFileName().toString().endsWith(FOLDER);
    }

    @Override
    public ArchiveListing readBack(Archive archive, Snapshot snapshot) throws Exception {
        ArchiveListing listing = ArchiveListing.parse(
                programs.list(fetched(archive, snapshot)).stdout().lines().toList());
        Set<String> stems = archive.objects().stream()
                .map(object -> object.name().replaceFirst("\\.dat.*$", ""))
                .collect(Collectors.toSet());
        List<String> without = listing.dataEntries().stream()
                .filter(entry -> !stems.contains(entry))
                .toList();
        if (!without.isEmpty()) {
            throw new DumpFailure(
                    new Failure(
                            "dump.files-missing",
                            "The dump names files that are not there.",
                            listing.dataEntries().size() + " files of rows",
                            "without " + without.size() + ", e.g. " + without.getFirst() + ".dat",
                            "Look at the work folder's disk; it is tried again."),
                    true);
        }
        return listing;
    }

    @Override
    public List<SequenceState> sequences(Archive archive, Snapshot snapshot, ArchiveListing listing) throws Exception {
        Path entries = Files.write(scratch.resolve(snapshot.oid() + ".list"), listing.sequenceSets());
        return SequenceSets.parse(
                programs.script(fetched(archive, snapshot), entries).stdout());
    }

    /** A folder with the table of contents as it lies in the store. */
    private Path fetched(Archive archive, Snapshot snapshot) throws IOException {
        Path folder = scratch.resolve(snapshot.oid() + ".contents");
        Path file = folder.resolve(CONTENTS);
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            DumpObject contents = archive.objects().stream()
                    .filter(object -> object.name().equals(CONTENTS))
                    .findFirst()
                    .orElseThrow(() -> new IOException("pg_dump wrote no " + CONTENTS));
            try (InputStream stream = store.get(
                    contents.object().key(),
                    java.util.Optional.of(contents.object().sha256()))) {
                Files.copy(stream, file);
            }
        }
        return folder;
    }
}
