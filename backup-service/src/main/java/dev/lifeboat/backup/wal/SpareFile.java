package dev.lifeboat.backup.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file for the next segment, full of zeros and durable before it is needed, made beside what is going on. A commit that
 * waits for this host's disk then waits for its own bytes alone: a file that grows has its new size written, too, by way of
 * the file system's journal. PostgreSQL's own programs prepare their segments so. One thread asks for it and takes it.
 */
final class SpareFile implements AutoCloseable {
    /** What it is called until it is a segment's; left by a run that was killed, it holds nothing. */
    static final String NAME = "next.spare";

    /** Larger segments are seldom begun, and long to fill. */
    private static final long LARGEST = 64L << 20;

    private final Path path;
    private final long size;
    private Thread maker;
    private volatile FileChannel made;

    SpareFile(Path spool, long segmentSize) {
        this.path = spool.resolve(NAME);
        this.size = segmentSize;
    }

    /** A file at that path. */
    record Ready(Path path, FileChannel file) {}

    /** Whether segments of this size are filled ahead. */
    boolean used() {
        return size <= LARGEST;
    }

    /** Sees to it that there will be one. */
    void prepare() {
        if (maker == null && used()) {
            maker = Thread.ofPlatform().daemon().name("wal-spare").start(this::make);
        }
    }

    /** The file, if it is ready. */
    Optional<Ready> take() {
        if (maker == null || maker.isAlive()) {
            return Optional.empty();
        }
        maker = null;
        FileChannel file = made;
        made = null;
        return Optional.ofNullable(file).map(ready -> new Ready(path, ready));
    }

    private void make() {
        try {
            FileChannel file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            boolean whole = false;
            try {
                zeros(file, 0, size);
                file.force(true);
                whole = true;
                made = file;
            } finally {
                if (!whole) {
                    file.close();
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            // Then the segment itself is begun as if none had been asked for, and meets whatever keeps this from being
            // written.
            made = null;
        }
    }

    static void zeros(FileChannel file, long from, long to) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(256 * 1024);
        long at = from;
        while (at < to) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
            at += file.write(zeros, at);
        }
    }

    @Override
    public void close() throws IOException {
        if (maker != null) {
            try {
                maker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                // Its file stays, and is made anew by the next run.
                return;
            }
        }
        FileChannel file = made;
        if (file != null) {
            file.close();
            Files.deleteIfExists(path);
        }
    }
}
