package dev.lifeboat.backup.dump;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.store.MultipartSink;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What one attempt puts into the object store, and what the store confirmed of it. For many threads. */
final class Deposit {
    private static final int BUFFER = 128 * 1024;

    private final ObjectStore store;
    private final ObjectMapper json;
    private final Map<String, StoredObject> confirmed = new ConcurrentHashMap<>();
    private final LongAdder bytes = new LongAdder();

    Deposit(ObjectStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    /** An object that is filled by a program, sealed where the store seals; close it in any case. */
    Filling fill(String key) {
        return new Filling(key, store.upload(key + store.sealing(), PutCondition.NONE, Map.of()));
    }

    /** An object that becomes visible only when it is said that the program which filled it ended well. */
    final class Filling implements AutoCloseable {
        private final String key;
        private final MultipartSink sink;

        private Filling(String key, MultipartSink sink) {
            this.key = key;
            this.sink = sink;
        }

        /** Takes all of a stream. */
        void from(InputStream stream) throws IOException {
            byte[] buffer = new byte[BUFFER];
            int read;
            while ((read = stream.read(buffer)) >= 0) {
                sink.write(buffer, 0, read);
                bytes.add(read);
            }
        }

        /** The bytes so far are the whole object. */
        ObjectRef commit() {
            if (sink.size() == 0) {
                throw new DumpFailure(
                        new Failure(
                                "dump.empty",
                                "The program ended well and wrote nothing.",
                                "a dump",
                                "0 bytes for " + key,
                                "Report it, with the versions of server and programs."),
                        true);
            }
            return remember(sink.commit());
        }

        @Override
        public void close() {
            sink.close();
        }
    }

    /** A file of a dump in directory format, sealed where the store seals. */
    ObjectRef file(String key, Path file) {
        ObjectRef stored = remember(store.put(key + store.sealing(), file, PutCondition.NONE, Map.of()));
        bytes.add(stored.bytes());
        return stored;
    }

    /** A document. */
    ObjectRef document(String key, Object content) throws IOException {
        return remember(store.put(key, json.writeValueAsBytes(content), PutCondition.NONE, Map.of()));
    }

    private ObjectRef remember(StoredObject stored) {
        confirmed.put(stored.key(), stored);
        return new ObjectRef(stored.key(), stored.sha256(), stored.size());
    }

    /** Bytes that were handed over so far; for showing progress. */
    long bytes() {
        return bytes.sum();
    }

    /** Bytes of all objects that the store confirmed. */
    long storedBytes() {
        return confirmed.values().stream().mapToLong(StoredObject::size).sum();
    }

    /** Asks the store once more for each object: it must be there, as long as we wrote it, and the version that we wrote. */
    void requireAllThere() {
        for (StoredObject ours : confirmed.values()) {
            Optional<ObjectInfo> there = store.head(ours.key());
            boolean same = there.isPresent()
                    && there.get().size() == ours.size()
                    && there.get().etag().equals(ours.etag());
            if (!same) {
                throw new DumpFailure(
                        new Failure(
                                "dump.object-changed",
                                "An object of the dump is not in the store as it was written.",
                                ours.size() + " bytes, version " + ours.etag(),
                                there.map(info -> info.size() + " bytes, version " + info.etag())
                                        .orElse("nothing at " + ours.key()),
                                "Look for lifecycle rules, and for others who write to this bucket."),
                        true);
            }
        }
    }
}
