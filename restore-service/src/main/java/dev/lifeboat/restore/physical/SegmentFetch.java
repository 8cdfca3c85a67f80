package dev.lifeboat.restore.physical;

import com.github.luben.zstd.ZstdInputStream;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wal.SegmentHeader;
import dev.lifeboat.platform.wal.WalFormatException;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.platform.wal.WalScanner;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.physical.WalPath.Stretch;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes the file of a segment out of the objects that hold it: decoded, put together, filled up with zeros to the size that
 * the server knows. A shorter file would end an archive recovery, and look like no file to a standby.
 */
final class SegmentFetch {
    private static final Logger LOG = Logger.getLogger(SegmentFetch.class);
    private static final int CHUNK = 256 * 1024;

    private final BackupReader reader;
    private final WalKeys keys;
    private final String systemIdentifier;

    SegmentFetch(BackupReader reader, WalKeys keys, String systemIdentifier) {
        this.reader = reader;
        this.keys = keys;
        this.systemIdentifier = systemIdentifier;
    }

    /**
     * Writes it. Whoever streams the WAL goes on meanwhile: what was pieces when it was listed may be a longer piece or the whole
     * segment by now. Then that is read, and of it what was listed.
     *
     * @throws DoesNotRestore {@code wal.unreadable}, {@code backup.object-missing}: what is stored is at fault, and named
     * @throws StoreException if the store is
     * @throws IOException if the disk is
     */
    void fetch(Stretch stretch, Path file) throws IOException {
        Stretch now = stretch;
        while (true) {
            try {
                write(now, file);
                return;
            } catch (DoesNotRestore e) {
                if (!e.failure().code().equals(BackupReader.OBJECT_MISSING)) {
                    throw e;
                }
                Stretch before = now;
                now = listedAgain(stretch)
                        .filter(other -> !other.parts().equals(before.parts()))
                        .orElseThrow(() -> e);
                LOG.debugf("%s is stored in other objects now: %s", stretch.segment(), now.parts());
                Files.deleteIfExists(file);
            }
        }
    }

    private void write(Stretch stretch, Path file) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (WalObject part : stretch.parts()) {
                copy(part, stretch, out);
            }
            requireOfThisServer(stretch, out);
            out.truncate(stretch.length());
            if (!stretch.isWhole()) {
                out.write(ByteBuffer.allocate(1), stretch.segment().size() - 1);
            }
        }
    }

    /** The same bytes, in what the store holds of the segment now; empty when it does not hold all of them. */
    private Optional<Stretch> listedAgain(Stretch stretch) {
        WalSegment segment = stretch.segment();
        String prefix = keys.folder(segment.timeline()) + segment.name();
        List<WalObject> stored = reader.list(prefix).entries().keySet().stream()
                .flatMap(key -> keys.parse(key, segment.size()).stream())
                .toList();
        return WalPath.stretch(segment, stretch.end(), Map.of(segment, stored))
                .filter(found -> found.length() == stretch.length());
    }

    /**
     * Reads what a fetched segment says.
     *
     * @throws DoesNotRestore if it is no WAL
     */
    WalScanner scan(Stretch stretch, Path file, WalScanner.Found found) throws IOException {
        WalScanner scanner =
                new WalScanner(stretch.segment().start(), stretch.segment().size(), found);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (long left = stretch.length(); left > 0; ) {
                int read = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, left));
                scanner.scan(chunk, 0, read);
                left -= read;
            }
            return scanner;
        } catch (WalFormatException e) {
            throw unreadable(stretch, String.valueOf(e.getMessage()));
        }
    }

    /** That what the stretch is made of is at fault. */
    DoesNotRestore unreadable(Stretch stretch, String why) {
        return unreadable(keys.of(stretch.parts().getLast()), why);
    }

    private void copy(WalObject part, Stretch stretch, FileChannel out) throws IOException {
        String key = keys.of(part);
        long at = from(part).minus(stretch.segment().start());
        long expected = to(part).minus(from(part));
        long written = 0;
        byte[] chunk = new byte[CHUNK];
        try (InputStream stored = reader.open(new ObjectRef(key, null, null));
                InputStream wal = decoded(key, stored)) {
            while (true) {
                int read = read(key, wal, chunk);
                if (read <= 0) {
                    break;
                }
                if (written + read > expected) {
                    throw unreadable(key, "more than " + expected + " bytes of WAL");
                }
                ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes, at + written + bytes.position());
                }
                written += read;
            }
        }
        if (written < expected) {
            throw unreadable(key, written + " bytes of WAL and not " + expected);
        }
    }

    private static InputStream decoded(String key, InputStream stored) {
        try {
            return new ZstdInputStream(stored);
        } catch (IOException e) {
            throw unreadable(key, e.getMessage());
        }
    }

    /** What the store does wrong is a {@link StoreException}; the rest is the decoder's. */
    private static int read(String key, InputStream wal, byte[] into) {
        try {
            return wal.readNBytes(into, 0, into.length);
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(key, e.getMessage());
        }
    }

    /** A segment's first page names the server that wrote it, and the place. */
    private void requireOfThisServer(Stretch stretch, FileChannel file) throws IOException {
        byte[] page = new byte[SegmentHeader.LENGTH];
        if (file.read(ByteBuffer.wrap(page), 0) < page.length) {
            // Too little was written yet to say anything.
            return;
        }
        SegmentHeader header =
                SegmentHeader.read(page).orElseThrow(() -> unreadable(stretch, "no first page of a WAL segment"));
        if (!header.start().equals(stretch.segment().start())) {
            throw unreadable(stretch, "the WAL of " + header.start());
        }
        if (systemIdentifier != null && !header.systemIdentifier().equals(systemIdentifier)) {
            throw unreadable(
                    stretch,
                    "the WAL of database system " + header.systemIdentifier() + " and not of " + systemIdentifier);
        }
    }

    private static Lsn from(WalObject part) {
        return switch (part) {
            case WalObject.Sealed sealed -> sealed.segment().start();
            case WalObject.Piece piece -> piece.start();
            case WalObject.History history -> throw new IllegalArgumentException("no WAL: " + history);
        };
    }

    private static Lsn to(WalObject part) {
        return switch (part) {
            case WalObject.Sealed sealed -> sealed.segment().end();
            case WalObject.Piece piece -> piece.end();
            case WalObject.History history -> throw new IllegalArgumentException("no WAL: " + history);
        };
    }

    private static DoesNotRestore unreadable(String key, String why) {
        return new DoesNotRestore(new Failure(
                "wal.unreadable",
                "WAL in the archive cannot be read: nothing after it can be recovered.",
                "an object as it was stored",
                key + ": " + why,
                "Take a new backup now, and find out what damaged the object."));
    }
}
