package dev.lifeboat.backup.physical;

import com.github.luben.zstd.ZstdOutputStream;
import dev.lifeboat.backup.replication.BaseBackupSink;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.store.MultipartSink;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalArchive;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a base backup in: each archive into an object of its own, compressed here unless the server did, and past the check
 * byte for byte; the manifest into a file. Closing discards the object that is not complete.
 */
final class ArrivingArchives implements BaseBackupSink, AutoCloseable {
    private static final int LEVEL = 1;
    private static final String SUFFIX = ".zst";
    private static final int END_MARK = 1024;

    private final Deposits deposits;
    private final PhysicalKeys keys;
    private final long epoch;
    private final ArchiveCheck check;
    private final Path manifest;
    private final boolean compressedByServer;
    private final boolean endMarked;
    private final List<Arrived> arrived = new ArrayList<>();
    private volatile long expected;
    private volatile boolean begun;
    private Open open;
    private OutputStream into = OutputStream.nullOutputStream();

    /**
     * @param manifest file that the server's manifest goes to
     * @param endMarked whether the server ends its archives as tar does: from version 15
     */
    ArrivingArchives(
            Deposits deposits,
            PhysicalKeys keys,
            long epoch,
            ArchiveCheck check,
            Path manifest,
            boolean compressedByServer,
            boolean endMarked) {
        this.deposits = deposits;
        this.keys = keys;
        this.epoch = epoch;
        this.check = check;
        this.manifest = manifest;
        this.compressedByServer = compressedByServer;
        this.endMarked = endMarked;
    }

    /** An archive that is complete in the store. */
    private record Arrived(String name, String oid, String location, ObjectRef object) {}

    /** The one that is being written. */
    private record Open(String name, String oid, String location, MultipartSink sink) {}

    /** Whether the server has begun to send. */
    boolean begun() {
        return begun;
    }

    /** Bytes that the server's files have, as it estimates. */
    long expected() {
        return expected;
    }

    /** All archives, with the lengths that the check found. */
    List<PhysicalArchive> archives(Map<String, Long> lengths) {
        return arrived.stream()
                .map(archive -> new PhysicalArchive(
                        archive.name(),
                        archive.oid(),
                        archive.location(),
                        archive.object(),
                        lengths.get(archive.name())))
                .toList();
    }

    @Override
    public void started(Lsn start, int timeline, List<Tablespace> tablespaces) {
        expected = tablespaces.stream()
                .mapToLong(tablespace -> tablespace.bytes().orElse(0))
                .sum();
        begun = true;
    }

    @Override
    public void archive(String sentName, Optional<String> location) throws IOException {
        endArchive();
        String name = compressedByServer ? sentName : sentName + SUFFIX;
        String oid = location.isPresent() ? sentName.substring(0, sentName.indexOf('.')) : null;
        if (!name.matches("(base|[0-9]+)\\.tar\\.zst")) {
            throw new IllegalArgumentException("not the name of an archive: " + name);
        }
        check.begin(name, oid == null ? "" : "pg_tblspc/" + oid + "/");
        open = new Open(name, oid, location.orElse(null), deposits.archive(keys.archive(epoch, name)));
        OutputStream stored = new StoredAndChecked(open.sink(), check);
        if (compressedByServer) {
            into = stored;
        } else {
            ZstdOutputStream zstd = new ZstdOutputStream(stored, LEVEL);
            zstd.setChecksum(true);
            into = zstd;
        }
    }

    @Override
    public void manifest() throws IOException {
        endArchive();
        check.finish();
        into = Files.newOutputStream(manifest);
    }

    @Override
    public void data(byte[] bytes, int offset, int length) throws IOException {
        into.write(bytes, offset, length);
    }

    /** The server said that this was all. */
    void finish() throws IOException {
        into.close();
    }

    private void endArchive() throws IOException {
        if (open == null) {
            return;
        }
        if (!endMarked) {
            into.write(new byte[END_MARK]);
        }
        into.close();
        check.end();
        ObjectRef object = deposits.commit(open.sink());
        arrived.add(new Arrived(open.name(), open.oid(), open.location(), object));
        open = null;
    }

    @Override
    public void close() throws IOException {
        if (open == null) {
            into.close();
            return;
        }
        // Not the compressor: it would write its end into what is discarded.
        open.sink().close();
        open = null;
    }

    /** What is stored is what is checked. Closing ends neither. */
    private static final class StoredAndChecked extends OutputStream {
        private final MultipartSink sink;
        private final ArchiveCheck check;

        StoredAndChecked(MultipartSink sink, ArchiveCheck check) {
            this.sink = sink;
            this.check = check;
        }

        @Override
        public void write(int b) throws InterruptedIOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws InterruptedIOException {
            // First to the check: it works while this thread sends.
            check.bytes(bytes, offset, length);
            sink.write(bytes, offset, length);
        }
    }
}
