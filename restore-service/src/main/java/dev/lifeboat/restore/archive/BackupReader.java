package dev.lifeboat.restore.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads a backup's own description from its repository; nothing is believed whose digest is not the expected one. */
public final class BackupReader {
    /** Code of the failure that says that an object is gone. */
    public static final String OBJECT_MISSING = "backup.object-missing";

    private static final int LARGEST_DOCUMENT = 256 << 20;

    private final ObjectStore store;
    private final InstantSource clock;

    /** Reads from this repository. */
    public BackupReader(ObjectStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * The manifest.
     *
     * @throws DoesNotRestore if it is gone, altered or unreadable
     */
    public BackupManifest manifest(ObjectRef reference) {
        BackupManifest manifest = document(reference, BackupManifest.class, "manifest");
        if (manifest.formatVersion() > BackupManifest.FORMAT_VERSION) {
            throw NotCarriedOut.forGood(new Failure(
                    "backup.format-unknown",
                    "The backup was written by a newer Lifeboat.",
                    "format version " + BackupManifest.FORMAT_VERSION + " or older",
                    "format version " + manifest.formatVersion(),
                    "Upgrade restore-service."));
        }
        return manifest;
    }

    /**
     * The inventory; empty when the backup has none.
     *
     * @throws DoesNotRestore if it is gone, altered or unreadable
     */
    public Optional<Inventory> inventory(ObjectRef reference) {
        return Optional.ofNullable(reference).map(there -> document(there, Inventory.class, "inventory"));
    }

    /**
     * An object as a stream whose digest is checked when its end is reached.
     *
     * @throws DoesNotRestore if it is gone
     */
    public InputStream open(ObjectRef reference) {
        try {
            return store.get(reference.key(), Optional.ofNullable(reference.sha256()));
        } catch (StoreException e) {
            throw judged(reference.key(), e);
        }
    }

    /** All of a small object. */
    public byte[] bytes(ObjectRef reference) {
        try (InputStream in = open(reference)) {
            byte[] bytes = in.readNBytes(LARGEST_DOCUMENT + 1);
            if (bytes.length > LARGEST_DOCUMENT) {
                throw new DoesNotRestore(new Failure(
                        "backup.document-too-large",
                        "A document of the backup is too large to be one.",
                        "at most " + LARGEST_DOCUMENT + " bytes",
                        "more, in " + reference.key(),
                        "Look at who else writes into this repository."));
            }
            return bytes;
        } catch (StoreException e) {
            throw judged(reference.key(), e);
        } catch (IOException e) {
            throw judged(reference.key(), e);
        }
    }

    /** Keys of a cluster's streamed WAL here. */
    public WalKeys walKeys(String cluster) {
        return WalKeys.in(store, cluster);
    }

    /** What lies below a prefix now. */
    public ArchiveListing list(String prefix) {
        return list(prefix, null);
    }

    /** What lies below a prefix now, behind a key; null for all. */
    public ArchiveListing list(String prefix, String startAfter) {
        Instant at = clock.instant();
        var entries = new TreeMap<String, ArchiveListing.Entry>();
        try (Stream<ObjectInfo> objects = store.list(prefix, Optional.ofNullable(startAfter))) {
            objects.forEach(
                    object -> entries.put(object.key(), new ArchiveListing.Entry(object.size(), object.etag())));
        }
        return new ArchiveListing(prefix, at, entries);
    }

    /**
     * What a failed read says: about the backup (an object that is gone or altered), or about the way to it.
     *
     * @return {@link DoesNotRestore}, or the cause itself
     */
    public static RuntimeException judged(String key, Exception thrown) {
        StoreException store = find(thrown);
        if (store == null) {
            return thrown instanceof RuntimeException runtime
                    ? runtime
                    : NotCarriedOut.forNow(
                            new Failure(
                                    "store.read-failed",
                                    "An object could not be read.",
                                    key,
                                    String.valueOf(thrown.getMessage()),
                                    "It is tried again."),
                            thrown);
        }
        return switch (store.fault().code()) {
            case "store.not-found" ->
                new DoesNotRestore(new Failure(
                        OBJECT_MISSING,
                        "An object of the backup is gone.",
                        key,
                        "no such object",
                        "Do not count on this backup: take a new one, and find out who removed the object."));
            case "store.digest-mismatch" ->
                new DoesNotRestore(new Failure(
                        "backup.bytes-altered",
                        "An object of the backup is not what was stored: its bytes were altered.",
                        store.fault().failure().expected(),
                        key + ": " + store.fault().failure().found(),
                        "Do not count on this backup: take a new one, and find out what altered the object."));
            default -> store;
        };
    }

    /** Whether the store stands behind what was thrown. */
    public static boolean isFromStore(Throwable thrown) {
        return find(thrown) != null;
    }

    private static StoreException find(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof StoreException store) {
                return store;
            }
        }
        return null;
    }

    private <T> T document(ObjectRef reference, Class<T> type, String name) {
        byte[] bytes = bytes(reference);
        try {
            return EventJson.mapper().readValue(bytes, type);
        } catch (JsonProcessingException e) {
            throw new DoesNotRestore(new Failure(
                    "backup." + name + "-unreadable",
                    "The backup's " + name + " has the right digest and cannot be read.",
                    "JSON of a " + name,
                    reference.key() + ": " + e.getOriginalMessage(),
                    "Report it: whoever wrote this backup wrote it wrong."));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }
}
