package dev.lifeboat.backup.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Where a stream's WAL lies on this host until it is stored: {@code <work>/wal/<cluster id>/<epoch>}. A folder for each owner,
 * so that one which was stopped and replaced writes into nobody's files; what an earlier one left is moved to the next.
 */
final class Spool {
    private static final String SEGMENTS = "*.wal";

    /** A file that a receiver filled for its next segment; it holds nothing. */
    private static final String SPARE = "next.spare";

    private final Path cluster;
    private final Path folder;
    private final long epoch;

    Spool(Path work, UUID clusterId, long epoch) {
        this.cluster = work.resolve("wal").resolve(clusterId.toString());
        this.folder = cluster.resolve(Long.toString(epoch));
        this.epoch = epoch;
    }

    /** The folder of this owner, with what earlier ones left here. */
    Path prepare() throws IOException {
        Files.createDirectories(folder);
        TreeMap<Long, Path> earlier = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(cluster, "[0-9]*")) {
            for (Path each : found) {
                long of = Long.parseLong(each.getFileName().toString());
                if (of < epoch) {
                    earlier.put(of, each);
                }
            }
        }
        for (Path each : earlier.values()) {
            adopt(each);
        }
        return folder;
    }

    /** A segment that two of them left is taken from one now, and from the other the next time. */
    private void adopt(Path earlier) throws IOException {
        boolean all = true;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(earlier, SEGMENTS)) {
            for (Path file : files) {
                Path mine = folder.resolve(file.getFileName());
                if (Files.exists(mine)) {
                    all = false;
                } else {
                    Files.move(file, mine);
                }
            }
        }
        if (all) {
            Files.deleteIfExists(earlier.resolve(SPARE));
            Files.delete(earlier);
        }
    }

    /** Bytes that lie there. */
    long bytes() {
        long bytes = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, SEGMENTS)) {
            for (Path file : files) {
                bytes += size(file);
            }
            return bytes;
        } catch (NoSuchFileException none) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException stored) {
            return 0;
        }
    }

    /** Goes, unless something is left in it. */
    void clear() throws IOException {
        Files.deleteIfExists(folder.resolve(SPARE));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            if (files.iterator().hasNext()) {
                return;
            }
        } catch (NoSuchFileException gone) {
            return;
        }
        Files.deleteIfExists(folder);
    }
}
