package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.MultipartSink;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster's WAL in an object store. Nothing is ever overwritten: an object that is there already must hold the same WAL,
 * or the write is refused ({@link WalException#DIFFERENT_BYTES}). So a writer that was stopped, replaced and continued
 * changes nothing. Safe for many threads.
 */
public final class WalStore {
    private static final int CHUNK = 256 * 1024;

    private final ObjectStore store;
    private final WalKeys keys;
    private final WalCodec codec;

    /**
     * @param cluster the cluster's folder in the store, with a slash at its end
     */
    public WalStore(ObjectStore store, String cluster, WalCodec codec) {
        this.store = store;
        this.keys = new WalKeys(cluster, codec.suffix() + store.sealing());
        this.codec = codec;
    }

    /** Its keys. */
    public WalKeys keys() {
        return keys;
    }

    /** An object that is in the store, and how many bytes it takes there. */
    public record Stored(WalObject object, String key, long bytes) {}

    /**
     * Stores a stretch of a segment, as a whole or as a piece, unless it is there already.
     *
     * @param file holds the segment from its beginning
     * @return what was written; empty when the same was there already
     */
    Optional<StoredObject> put(WalObject object, FileChannel file, WalFacts facts) throws IOException {
        WalSegment segment;
        Lsn start;
        Lsn end;
        switch (object) {
            case WalObject.Sealed sealed -> {
                segment = sealed.segment();
                start = segment.start();
                end = segment.end();
            }
            case WalObject.Piece piece -> {
                segment = piece.segment();
                start = piece.start();
                end = piece.end();
            }
            case WalObject.History history ->
                throw new IllegalArgumentException("a history is no stretch of WAL: " + history);
        }
        long from = start.minus(segment.start());
        long length = end.minus(start);
        String key = keys.of(object);
        Stretch stretch = new Stretch(file, from, length);
        try (MultipartSink sink = store.upload(key, PutCondition.IF_ABSENT, () -> facts.metadata(stretch.sha256()))) {
            // The encoder closes its target; the object appears only by commit.
            OutputStream encoded = codec.encode(sink.unclosed());
            try (encoded) {
                stretch.copyTo(encoded);
            }
            return Optional.of(sink.commit());
        } catch (StoreException e) {
            if (!e.fault().code().equals("store.precondition-failed")) {
                throw e;
            }
            requireSame(key, file, from, length);
            return Optional.empty();
        }
    }

    /** Stores the history of a timeline, unless it is there already. */
    void putHistory(int timeline, byte[] file) {
        String key = keys.of(new WalObject.History(timeline));
        try {
            store.put(key, file, PutCondition.IF_ABSENT, Map.of());
        } catch (StoreException e) {
            if (!e.fault().code().equals("store.precondition-failed")) {
                throw e;
            }
            if (!Arrays.equals(file, readHistory(timeline))) {
                throw WalException.differentBytes(key, "another history of timeline " + timeline);
            }
        }
    }

    /** The history of a timeline, as the server's file has it. */
    public byte[] readHistory(int timeline) {
        try (InputStream in = store.get(keys.of(new WalObject.History(timeline)), Optional.empty())) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads an object and decodes it: WAL as the server wrote it. */
    public InputStream read(WalObject object) throws IOException {
        return codec.decode(store.get(keys.of(object), Optional.empty()));
    }

    /** All objects of a timeline, from a segment on if one is given, in the order of their keys. */
    public Stream<Stored> list(int timeline, Optional<WalSegment> from, long segmentSize) {
        return store.list(keys.folder(timeline), from.map(keys::justBefore))
                .flatMap(
                        info -> keys
                                .parse(info.key(), segmentSize)
                                .map(object -> new Stored(object, info.key(), info.size()))
                                .stream());
    }

    /** The first timeline beyond that one of which the store holds something; one request. */
    Optional<Integer> laterThan(int timeline, long segmentSize) {
        try (var objects = store.list(keys.folder(), Optional.of(keys.behind(timeline)))) {
            return objects.flatMap(info -> keys.parse(info.key(), segmentSize).stream())
                    .map(WalObject::timeline)
                    .findFirst();
        }
    }

    /** Removes pieces whose bytes another object of the store holds by now. */
    void remove(Collection<WalObject.Piece> pieces) {
        store.delete(pieces.stream().map(keys::of).toList());
    }

    private void requireSame(String key, FileChannel file, long from, long length) throws IOException {
        try (InputStream stored = codec.decode(store.get(key, Optional.empty()))) {
            byte[] theirs = new byte[CHUNK];
            ByteBuffer ours = ByteBuffer.allocate(CHUNK);
            long at = 0;
            while (true) {
                int read = stored.readNBytes(theirs, 0, CHUNK);
                ours.clear().limit((int) Math.min(CHUNK, length - at));
                readFully(file, from + at, ours);
                int different = Arrays.mismatch(theirs, 0, read, ours.array(), 0, ours.limit());
                if (different >= 0) {
                    throw WalException.differentBytes(key, "a difference at byte " + (at + different));
                }
                at += read;
                if (read < CHUNK) {
                    return;
                }
            }
        }
    }

    /** Bytes of a file that are read once, for their digest and for the encoder. */
    private static final class Stretch {
        private final FileChannel file;
        private final long from;
        private final long length;
        private final MessageDigest digest = sha256Digest();
        private long digested;
        private String sha256;

        Stretch(FileChannel file, long from, long length) {
            this.file = file;
            this.from = from;
            this.length = length;
        }

        void copyTo(OutputStream target) throws IOException {
            byte[] chunk = new byte[CHUNK];
            int read;
            for (long at = 0; at < length; at += read) {
                read = read(chunk, at);
                if (at == digested) {
                    add(chunk, read);
                }
                target.write(chunk, 0, read);
            }
        }

        /** Reads ahead what was not read yet: an object of several parts has its metadata before its end. */
        String sha256() {
            if (sha256 == null) {
                byte[] ahead = new byte[CHUNK];
                try {
                    while (digested < length) {
                        add(ahead, read(ahead, digested));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                sha256 = HexFormat.of().formatHex(digest.digest());
            }
            return sha256;
        }

        private int read(byte[] into, long at) throws IOException {
            int wanted = (int) Math.min(CHUNK, length - at);
            readFully(file, from + at, ByteBuffer.wrap(into, 0, wanted));
            return wanted;
        }

        private void add(byte[] bytes, int count) {
            digest.update(bytes, 0, count);
            digested += count;
        }

        private static MessageDigest sha256Digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }

    private static void readFully(FileChannel file, long from, ByteBuffer buffer) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, at);
            if (read < 0) {
                throw new IOException("the spool file ends at " + at);
            }
            at += read;
        }
    }
}
