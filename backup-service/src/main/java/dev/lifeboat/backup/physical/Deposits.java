package dev.lifeboat.backup.physical;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.store.MultipartSink;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What one attempt puts into the object store, and what the store confirmed of it. */
final class Deposits {
    private final ObjectStore store;
    private final ObjectMapper json;
    private final Map<String, StoredObject> confirmed = new ConcurrentHashMap<>();

    Deposits(ObjectStore store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    /** An archive of the server's files, of unknown length, sealed where the store seals; to be committed here. */
    MultipartSink archive(String key) {
        return store.upload(key + store.sealing(), PutCondition.NONE, Map.of());
    }

    ObjectRef commit(MultipartSink sink) {
        return remember(sink.commit());
    }

    ObjectRef file(String key, Path file) {
        return remember(store.put(key, file, PutCondition.NONE, Map.of()));
    }

    ObjectRef document(String key, Object content) throws IOException {
        return remember(store.put(key, json.writeValueAsBytes(content), PutCondition.NONE, Map.of()));
    }

    /** What everybody who backs the cluster up writes: the newest word counts, and it need not be ours. */
    void describe(String key, Object content) throws IOException {
        store.put(key, json.writeValueAsBytes(content), PutCondition.NONE, Map.of());
    }

    private ObjectRef remember(StoredObject stored) {
        confirmed.put(stored.key(), stored);
        return new ObjectRef(stored.key(), stored.sha256(), stored.size());
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
                throw new PhysicalFailure(
                        new Failure(
                                PhysicalFaults.OBJECT_CHANGED,
                                "An object of the backup is not in the store as it was written.",
                                ours.size() + " bytes, version " + ours.etag(),
                                there.map(info -> info.size() + " bytes, version " + info.etag())
                                        .orElse("nothing at " + ours.key()),
                                "Look for lifecycle rules, and for others who write to this bucket."),
                        true,
                        null);
            }
        }
    }
}
