package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * A segment that is being received, in a file of the spool from its first byte on. What the store had of it is there from the
 * start, and what the server sends of the same must be equal. One thread writes; others may read what was written before.
 * Behind that the file may hold zeros.
 */
final class OpenSegment {
    private static final String ENDING = ".wal";

    private final WalSegment segment;
    private final Path path;
    private final FileChannel file;
    private final Lsn known;
    private byte[] scratch = new byte[0];
    private final Object holding = new Object();
    private int holders = 1;
    private volatile long written;
    private boolean padded;
    private IOException notForced;

    private OpenSegment(WalSegment segment, Path path, FileChannel file, Lsn known, boolean padded) {
        this.segment = segment;
        this.path = path;
        this.file = file;
        this.known = known;
        this.written = known.minus(segment.start());
        this.padded = padded;
    }

    /** The file of a segment in the spool. */
    static Path path(Path spool, WalSegment segment) {
        return spool.resolve(segment.name() + ENDING);
    }

    /**
     * Begins the file.
     *
     * @param compared what the store has of the segment, joining from its start
     */
    static OpenSegment begin(Path spool, WalSegment segment, List<WalObject> compared, WalStore store)
            throws IOException {
        Path path = path(spool, segment);
        FileChannel file = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            long filled = 0;
            for (WalObject object : compared) {
                long from =
                        switch (object) {
                            case WalObject.Piece piece -> piece.start().minus(segment.start());
                            case WalObject.Sealed sealed -> 0;
                            case WalObject.History history -> throw new IllegalArgumentException("no WAL: " + history);
                        };
                try (InputStream in = store.read(object)) {
                    filled = Math.max(filled, fill(file, from, in));
                }
            }
            return new OpenSegment(segment, path, file, segment.start().plus(filled), false);
        } catch (IOException | RuntimeException e) {
            file.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Begins it in a file that was made ready for it, of which the store has nothing. */
    static OpenSegment begin(Path spool, WalSegment segment, SpareFile.Ready spare) throws IOException {
        Path path = path(spool, segment);
        try {
            Files.move(spare.path(), path, StandardCopyOption.ATOMIC_MOVE);
            return new OpenSegment(segment, path, spare.file(), segment.start(), true);
        } catch (IOException | RuntimeException e) {
            spare.file().close();
            throw e;
        }
    }

    private static long fill(FileChannel file, long from, InputStream in) throws IOException {
        byte[] chunk = new byte[128 * 1024];
        long at = from;
        int read;
        while ((read = in.read(chunk)) >= 0) {
            write(file, ByteBuffer.wrap(chunk, 0, read), at);
            at += read;
        }
        return at;
    }

    WalSegment segment() {
        return segment;
    }

    FileChannel file() {
        return file;
    }

    /** Up to where it is stored already. */
    Lsn known() {
        return known;
    }

    /** Takes bytes at a position; those that are known must be the same. */
    void write(Lsn at, byte[] bytes, int offset, int length) throws IOException {
        int same = (int) Math.max(0, Math.min(length, known.minus(at)));
        if (same > 0) {
            compare(at, bytes, offset, same);
        }
        if (same < length) {
            write(
                    file,
                    ByteBuffer.wrap(bytes, offset + same, length - same),
                    at.plus(same).minus(segment.start()));
        }
        written = Math.max(written, at.plus(length).minus(segment.start()));
    }

    private void compare(Lsn at, byte[] bytes, int offset, int length) throws IOException {
        if (scratch.length < length) {
            scratch = new byte[length];
        }
        ByteBuffer ours = ByteBuffer.wrap(scratch, 0, length);
        long from = at.minus(segment.start());
        while (ours.hasRemaining()) {
            if (file.read(ours, from + ours.position()) < 0) {
                throw new IOException("the spool file " + path + " is shorter than it was written");
            }
        }
        int different = Arrays.mismatch(scratch, 0, length, bytes, offset, offset + length);
        if (different >= 0) {
            throw WalException.differentBytes(segment.name(), "a difference at " + at.plus(different));
        }
    }

    private static void write(FileChannel file, ByteBuffer bytes, long at) throws IOException {
        long to = at;
        while (bytes.hasRemaining()) {
            to += file.write(bytes, to);
        }
    }

    /** How many bytes of it are there. */
    long written() {
        return written;
    }

    /**
     * Makes what was written survive a crash of the host. The operating system tells of bytes that it could not write once,
     * and to whoever asks first: so nobody asks beside another, and after one failure all fail.
     */
    synchronized void force() throws IOException {
        if (notForced != null) {
            throw new IOException("the spool file " + path + " could not be made durable", notForced);
        }
        try {
            file.force(false);
        } catch (IOException e) {
            notForced = e;
            throw e;
        }
    }

    /**
     * Fills what is still to come with zeros, once: what is then written over them is durable without the file system's
     * journal, which all who share the disk wait for.
     */
    void pad() throws IOException {
        if (!padded) {
            padded = true;
            SpareFile.zeros(file, written, segment.size());
            force();
        }
    }

    /** Keeps the file from going until released. */
    boolean retain() {
        synchronized (holding) {
            if (holders == 0) {
                return false;
            }
            holders++;
            return true;
        }
    }

    /** The file goes with its last holder. */
    void release() throws IOException {
        synchronized (holding) {
            holders--;
            if (holders > 0) {
                return;
            }
        }
        file.close();
        Files.deleteIfExists(path);
    }

    /** Leaves the file where it is, for the next run. */
    void leave() throws IOException {
        file.close();
    }
}
