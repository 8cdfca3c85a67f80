package dev.lifeboat.platform.store;

import dev.lifeboat.platform.age.Age;
import dev.lifeboat.platform.age.AgeIdentity;
import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A store that seals whatever has a key that ends in {@value #SUFFIX} on its way in, and opens it on its way back, in the age
 * format; what has another key passes as it is. Sizes, digests and versions are those of what lies in the store, so that they
 * can be checked without any key; a digest that is expected is, too.
 *
 * <p>That something cannot be opened for want of the right key is a {@link StoreException} ({@code encryption.*}): it says
 * nothing about what is stored. That it was altered is one, too, when a digest was expected ({@code store.digest-mismatch}),
 * and else an {@link IOException} while reading.
 */
public final class SealedStore implements ObjectStore {
    /** What the keys of sealed objects end in. */
    public static final String SUFFIX = ".age";

    private final ObjectStore store;
    private final String place;
    private final SealingKeys keys;
    private final Optional<Supplier<Secret>> passphrase;
    private final Map<String, AgeIdentity> identities = new ConcurrentHashMap<>();

    /**
     * @param store holds everything; closed with this one
     * @param place what tells it from other stores
     * @param passphrase of the repository, asked for when something is sealed or opened; none where it is not encrypted
     */
    public SealedStore(ObjectStore store, String place, SealingKeys keys, Optional<Supplier<Secret>> passphrase) {
        this.store = store;
        this.place = place;
        this.keys = keys;
        this.passphrase = passphrase;
    }

    @Override
    public String sealing() {
        return passphrase.isPresent() ? SUFFIX : "";
    }

    private static boolean sealed(String key) {
        return key.endsWith(SUFFIX);
    }

    @Override
    public StoredObject put(String key, byte[] bytes, PutCondition condition, Map<String, String> metadata) {
        if (!sealed(key)) {
            return store.put(key, bytes, condition, metadata);
        }
        try (MultipartSink sink = upload(key, condition, metadata)) {
            sink.write(bytes, 0, bytes.length);
            return sink.commit();
        }
    }

    @Override
    public StoredObject put(String key, Path file, PutCondition condition, Map<String, String> metadata) {
        if (!sealed(key)) {
            return store.put(key, file, condition, metadata);
        }
        try (InputStream in = Files.newInputStream(file);
                MultipartSink sink = upload(key, condition, metadata)) {
            in.transferTo(sink);
            return sink.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public MultipartSink upload(String key, PutCondition condition, Supplier<Map<String, String>> metadata) {
        if (!sealed(key)) {
            return store.upload(key, condition, metadata);
        }
        String recipient = identities
                .computeIfAbsent(
                        SealingKeys.folder(key), folder -> keys.existingOrNew(store, place, folder, passphrase(key)))
                .recipient();
        MultipartSink sink = store.upload(key, condition, metadata);
        try {
            return new Sealing(sink, recipient);
        } catch (IOException | RuntimeException e) {
            sink.close();
            throw e instanceof RuntimeException unchecked ? unchecked : new UncheckedIOException((IOException) e);
        }
    }

    @Override
    public InputStream get(String key, Optional<String> expectedSha256) {
        InputStream stored = store.get(key, expectedSha256);
        if (!sealed(key)) {
            return stored;
        }
        try {
            AgeIdentity identity = identities.computeIfAbsent(
                    SealingKeys.folder(key), folder -> keys.existing(store, place, folder, passphrase(key)));
            return new OpenedObject(key, stored, identity, expectedSha256.isPresent());
        } catch (RuntimeException e) {
            try (stored) {
                throw e;
            } catch (IOException closing) {
                e.addSuppressed(closing);
                throw e;
            }
        }
    }

    /** Of what is sealed no part can be read. */
    @Override
    public InputStream get(String key, ByteRange range) {
        if (sealed(key)) {
            throw new UnsupportedOperationException("a part of what is sealed: " + key);
        }
        return store.get(key, range);
    }

    private Secret passphrase(String key) {
        return passphrase
                .orElseThrow(() -> SealingKeys.refused(
                        key,
                        "encryption.passphrase-missing",
                        "The object is sealed, and the repository is declared without a passphrase.",
                        "encryption: {passphrase: …} of the repository",
                        "no encryption",
                        "Declare the repository with the passphrase that it had."))
                .get();
    }

    @Override
    public Optional<ObjectInfo> head(String key) {
        return store.head(key);
    }

    @Override
    public Stream<ObjectInfo> list(String prefix, Optional<String> startAfter) {
        return store.list(prefix, startAfter);
    }

    @Override
    public void copy(String from, String to) {
        store.copy(from, to);
    }

    @Override
    public void delete(Collection<String> toDelete) {
        store.delete(toDelete);
    }

    @Override
    public int abortStaleUploads(String prefix, Instant begunBefore) {
        return store.abortStaleUploads(prefix, begunBefore);
    }

    @Override
    public void requireReachable() {
        store.requireReachable();
    }

    @Override
    public void close() {
        store.close();
    }

    /** Nothing is committed before the sealed form is at its end. */
    private static final class Sealing extends MultipartSink {
        private final MultipartSink sink;
        private final OutputStream sealing;
        private long written;

        Sealing(MultipartSink sink, String recipient) throws IOException {
            this.sink = sink;
            this.sealing = Age.seal(sink.unclosed(), recipient);
        }

        @Override
        public long size() {
            return written;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                sealing.write(bytes, offset, length);
                written += length;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public StoredObject commit() {
            try {
                sealing.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return sink.commit();
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
