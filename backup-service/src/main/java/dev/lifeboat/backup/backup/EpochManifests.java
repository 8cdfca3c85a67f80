package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
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
import java.util.stream.Stream;

/**
 * The manifest of one backup, which makes it one: written last, under the condition that there is none. Where one lies
 * already, an owner of ours wrote it and did not live to tell: if all that it names is there, it is the backup.
 */
public final class EpochManifests {
    private final ObjectStore store;
    private final EpochFolder place;
    private final ObjectMapper json;

    /** Of the backup in that place. */
    public EpochManifests(ObjectStore store, EpochFolder place, ObjectMapper json) {
        this.store = store;
        this.place = place;
        this.json = json;
    }

    /** Publishes, unless an earlier owner's manifest is usable: then that one is the backup. */
    public Taken publish(BackupManifest manifest, long databaseBytes, long storedBytes) throws IOException {
        byte[] bytes = json.writeValueAsBytes(manifest);
        for (int tries = 0; ; tries++) {
            try {
                StoredObject stored = store.put(place.manifest(), bytes, PutCondition.IF_ABSENT, Map.of());
                return new Taken(
                        manifest,
                        new ObjectRef(stored.key(), stored.sha256(), stored.size()),
                        databaseBytes,
                        storedBytes + stored.size(),
                        manifest.omissions());
            } catch (StoreException present) {
                if (!present.fault().code().equals("store.precondition-failed") || tries > 0) {
                    throw present;
                }
                Optional<Taken> earlier = usable();
                if (earlier.isPresent()) {
                    return earlier.get();
                }
                // An owner that had been replaced published after its objects were removed: it does not count.
                store.delete(List.of(place.manifest()));
            }
        }
    }

    /** The backup that an earlier owner finished; empty if there is no manifest, or if not all that it names is there. */
    public Optional<Taken> usable() throws IOException {
        Optional<ObjectInfo> head = store.head(place.manifest());
        if (head.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes;
        try (InputStream stream = store.get(place.manifest(), head.get().sha256())) {
            bytes = stream.readAllBytes();
        }
        BackupManifest manifest = reader().readValue(bytes, BackupManifest.class);
        if (!objects(manifest).allMatch(this::there)) {
            return Optional.empty();
        }
        Inventory inventory;
        try (InputStream stream = store.get(
                manifest.inventory().key(), Optional.of(manifest.inventory().sha256()))) {
            inventory = reader().readValue(stream, Inventory.class);
        }
        return Optional.of(new Taken(
                manifest,
                new ObjectRef(place.manifest(), sha256(bytes), (long) bytes.length),
                databaseBytes(manifest, inventory),
                objects(manifest).mapToLong(ObjectRef::bytes).sum() + bytes.length,
                manifest.omissions()));
    }

    /** What a later version added is ignored. */
    private ObjectReader reader() {
        return json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean there(ObjectRef object) {
        return store.head(object.key())
                .filter(info -> info.size() == object.bytes())
                .isPresent();
    }

    /** Of a dump the databases' sizes, of a physical backup all files. */
    private static long databaseBytes(BackupManifest manifest, Inventory inventory) {
        return manifest.physical() == null
                ? inventory.databases().stream()
                        .mapToLong(Inventory.Database::bytes)
                        .sum()
                : manifest.physical().archives().stream()
                        .mapToLong(BackupManifest.PhysicalArchive::bytes)
                        .sum();
    }

    /** All that the manifest names. */
    static Stream<ObjectRef> objects(BackupManifest manifest) {
        return Stream.of(
                        Stream.of(manifest.inventory()),
                        Stream.ofNullable(manifest.globals()),
                        Stream.ofNullable(manifest.fingerprints()),
                        Stream.ofNullable(manifest.databases())
                                .flatMap(List::stream)
                                .flatMap(database -> database.objects().stream())
                                .map(BackupManifest.DumpObject::object),
                        Stream.ofNullable(manifest.physical()).flatMap(EpochManifests::files))
                .flatMap(objects -> objects);
    }

    private static Stream<ObjectRef> files(BackupManifest.PhysicalSet set) {
        return Stream.concat(
                set.archives().stream().map(BackupManifest.PhysicalArchive::object), Stream.of(set.backupManifest()));
    }
}
