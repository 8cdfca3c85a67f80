package dev.lifeboat.backup.physical;

import com.github.luben.zstd.ZstdInputStream;
import dev.lifeboat.platform.basebackup.ArrivedFiles;
import dev.lifeboat.platform.basebackup.TarArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the very bytes that go to the store as a restore would, decompressing and unpacking them, beside the thread that
 * stores them: one thread hands over, one thread {@link #run runs}. A few chunks wait between the two.
 */
final class ArchiveCheck {
    private static final int CHUNK = 256 * 1024;
    private static final int WAITING = 16;

    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(WAITING);
    private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(WAITING + 2);
    private final AtomicLong unpacked = new AtomicLong();
    private byte[] filling = new byte[CHUNK];
    private int filled;

    private sealed interface Item {}

    private record Begin(String name, String folder) implements Item {}

    /** Its content is what lies before the limit. */
    private record Chunk(ByteBuffer bytes) implements Item {}

    private enum Mark implements Item {
        END_OF_ARCHIVE,
        END
    }

    /** Bytes of tar archives that were read so far. */
    long unpacked() {
        return unpacked.get();
    }

    /**
     * An archive begins.
     *
     * @param folder that its files lie in, below the data directory; with a slash at its end, or empty
     */
    void begin(String name, String folder) throws InterruptedIOException {
        put(new Begin(name, folder));
    }

    /** Bytes of it, as they are stored; they are copied. */
    void bytes(byte[] bytes, int offset, int length) throws InterruptedIOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int taken = Math.min(left, CHUNK - filled);
            System.arraycopy(bytes, from, filling, filled, taken);
            filled += taken;
            from += taken;
            left -= taken;
            if (filled == CHUNK) {
                handOver();
            }
        }
    }

    /** The archive is complete. */
    void end() throws InterruptedIOException {
        if (filled > 0) {
            handOver();
        }
        put(Mark.END_OF_ARCHIVE);
    }

    /** There are no more archives. */
    void finish() throws InterruptedIOException {
        put(Mark.END);
    }

    private void handOver() throws InterruptedIOException {
        put(new Chunk(ByteBuffer.wrap(filling, 0, filled)));
        byte[] used = spare.poll();
        filling = used == null ? new byte[CHUNK] : used;
        filled = 0;
    }

    private void put(Item item) throws InterruptedIOException {
        try {
            items.put(item);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Item take() throws InterruptedIOException {
        try {
            return items.take();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException io = new InterruptedIOException("interrupted while archives were checked");
        io.initCause(cause);
        return io;
    }

    /**
     * Reads until there are no more.
     *
     * @throws PhysicalFailure when an archive cannot be unpacked
     */
    ArrivedFiles run() throws IOException {
        ArrivedFiles arrived = ArrivedFiles.none();
        MessageDigest digest = TarArchive.sha256();
        while (true) {
            switch (take()) {
                case Begin begin -> unpack(begin, arrived, digest);
                case Mark.END -> {
                    return arrived;
                }
                case Chunk chunk -> throw new IllegalStateException("bytes of no archive");
                case Mark.END_OF_ARCHIVE -> throw new IllegalStateException("the end of no archive");
            }
        }
    }

    private void unpack(Begin begin, ArrivedFiles arrived, MessageDigest digest) throws InterruptedIOException {
        Handed handed = new Handed();
        try (InputStream tar = new ZstdInputStream(handed)) {
            long bytes = new TarArchive(tar, digest, unpacked::addAndGet).read((name, size, sha256) -> arrived.files()
                    .put(begin.folder() + name, new ArrivedFiles.File(size, sha256)));
            if (handed.read() >= 0) {
                throw new IOException("something behind the end of the compressed archive");
            }
            arrived.archives().put(begin.name(), bytes);
        } catch (InterruptedIOException stopped) {
            throw stopped;
        } catch (IOException damaged) {
            throw PhysicalFailure.notAsSent(
                    "an archive that can be unpacked", begin.name() + ": " + damaged.getMessage(), damaged);
        }
    }

    /** The chunks of one archive as a stream. */
    private final class Handed extends InputStream {
        private ByteBuffer chunk = ByteBuffer.allocate(0);
        private boolean ended;

        @Override
        public int read() throws IOException {
            return more() ? chunk.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!more()) {
                return -1;
            }
            int taken = Math.min(length, chunk.remaining());
            chunk.get(into, offset, taken);
            return taken;
        }

        private boolean more() throws InterruptedIOException {
            while (!chunk.hasRemaining() && !ended) {
                switch (take()) {
                    case Chunk next -> {
                        giveBack();
                        chunk = next.bytes();
                    }
                    case Mark.END_OF_ARCHIVE -> {
                        giveBack();
                        ended = true;
                    }
                    case Begin begin -> throw new IllegalStateException("an archive within another");
                    case Mark.END -> throw new IllegalStateException("an archive without an end");
                }
            }
            return chunk.hasRemaining();
        }

        private void giveBack() {
            if (chunk.capacity() == CHUNK) {
                spare.offer(chunk.array());
            }
        }
    }
}
