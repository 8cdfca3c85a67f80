package dev.lifeboat.backup.pgbackrest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Lifeboat says about a set, beside pgBackRest's tree. Both documents are written only where there is none: an owner
 * that was replaced changes nothing, and what it had written of the same set is as good as ours.
 */
final class SetManifests {
    private final ObjectStore store;
    private final SetKeys keys;
    private final ObjectMapper json;

    SetManifests(ObjectStore store, SetKeys keys, ObjectMapper json) {
        this.store = store;
        this.keys = keys;
        this.json = json;
    }

    /** An inventory, and where it lies. */
    record StoredInventory(Inventory inventory, ObjectRef object) {}

    /** Stores the inventory, unless an earlier owner did. */
    StoredInventory inventory(Inventory inventory) throws IOException {
        byte[] bytes = json.writeValueAsBytes(inventory);
        Optional<ObjectRef> ours = putIfAbsent(keys.inventory(), bytes);
        if (ours.isPresent()) {
            return new StoredInventory(inventory, ours.get());
        }
        byte[] earlier = read(keys.inventory());
        return new StoredInventory(json.readValue(earlier, Inventory.class), reference(keys.inventory(), earlier));
    }

    /** What the repository says about the cluster; the newest word counts. */
    void describe(Object clusterDescription) throws IOException {
        store.put(keys.clusterDescription(), json.writeValueAsBytes(clusterDescription), PutCondition.NONE, Map.of());
    }

    /** A manifest, and where it lies. */
    record Published(BackupManifest manifest, ObjectRef object) {}

    /** Makes the set a backup, unless an earlier owner did. */
    Published publish(BackupManifest manifest) throws IOException {
        Optional<ObjectRef> ours = putIfAbsent(keys.manifest(), json.writeValueAsBytes(manifest));
        return ours.isPresent()
                ? new Published(manifest, ours.get())
                : earlier().orElseThrow();
    }

    /** What an earlier owner published. */
    Optional<Published> earlier() throws IOException {
        if (store.head(keys.manifest()).isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = read(keys.manifest());
        return Optional.of(
                new Published(json.readValue(bytes, BackupManifest.class), reference(keys.manifest(), bytes)));
    }

    /** Takes both documents away, the manifest first. */
    void remove() {
        store.delete(List.of(keys.manifest()));
        store.delete(List.of(keys.inventory()));
    }

    private Optional<ObjectRef> putIfAbsent(String key, byte[] bytes) {
        try {
            StoredObject stored = store.put(key, bytes, PutCondition.IF_ABSENT, Map.of());
            return Optional.of(new ObjectRef(stored.key(), stored.sha256(), stored.size()));
        } catch (StoreException present) {
            if (present.fault().code().equals("store.precondition-failed")) {
                return Optional.empty();
            }
            throw present;
        }
    }

    private byte[] read(String key) throws IOException {
        Optional<String> digest = store.head(key).flatMap(ObjectInfo::sha256);
        try (InputStream stream = store.get(key, digest)) {
            return stream.readAllBytes();
        }
    }

    private static ObjectRef reference(String key, byte[] bytes) {
        try {
            return new ObjectRef(
                    key,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
                    (long) bytes.length);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
