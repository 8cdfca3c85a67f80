package dev.lifeboat.backup.adoption;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.adoption.BackupInfo.StoredSet;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.EpochFolder;
import dev.lifeboat.backup.backup.EpochManifests;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.StoredObject;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What Lifeboat says about an adopted set, in the cluster's own folder: nothing is written into the stanza. An inventory of
 * that time nobody took: it names no database, and holds what pgBackRest noted.
 */
final class AdoptedDocuments {
    private final ObjectStore store;
    private final ObjectMapper json;
    private final DeclaredCluster cluster;
    private final AdoptionWish wish;
    private final boolean encrypted;
    private final long segmentBytes;

    AdoptedDocuments(
            ObjectStore store,
            ObjectMapper json,
            DeclaredCluster cluster,
            AdoptionWish wish,
            boolean encrypted,
            long segmentBytes) {
        this.store = store;
        this.json = json;
        this.cluster = cluster;
        this.wish = wish;
        this.encrypted = encrypted;
        this.segmentBytes = segmentBytes;
    }

    /** Writes both, unless they are there: then those count. */
    Taken publish(UUID id, StoredSet set, List<String> chain) throws IOException {
        EpochFolder place =
                new EpochFolder("clusters/" + cluster.spec().name() + "/" + cluster.id() + "/sets/" + id + "/");
        EpochManifests manifests = new EpochManifests(store, place, json);
        var earlier = manifests.usable();
        if (earlier.isPresent()) {
            return earlier.get();
        }
        ObjectRef inventory = inventory(place.folder() + "inventory.json", set);
        long stored = set.storedBytes() == null ? 0 : set.storedBytes();
        long database = set.databaseBytes() == null ? 0 : set.databaseBytes();
        return manifests.publish(manifest(id, set, chain, inventory), database, stored);
    }

    private ObjectRef inventory(String key, StoredSet set) throws IOException {
        Inventory inventory = new Inventory(
                Inventory.FORMAT_VERSION,
                set.completedAt(),
                set.source().systemIdentifier(),
                set.source().version(),
                set.source().major() * 10_000,
                null,
                null,
                set.timeline(),
                segmentBytes,
                null,
                Map.of(),
                List.of(),
                List.of(),
                List.of());
        StoredObject stored = store.put(key, json.writeValueAsBytes(inventory), PutCondition.NONE, Map.of());
        return new ObjectRef(stored.key(), stored.sha256(), stored.size());
    }

    private BackupManifest manifest(UUID id, StoredSet set, List<String> chain, ObjectRef inventory) {
        List<String> omissions = new ArrayList<>();
        omissions.add("adopted: taken by pgBackRest " + set.toolVersion()
                + " and not by Lifeboat; what the cluster consisted" + " of then was not recorded");
        if (set.pageErrors()) {
            omissions.add("pages with a wrong checksum were found in the server's files");
        }
        return new BackupManifest(
                BackupManifest.FORMAT_VERSION,
                id,
                cluster.id(),
                cluster.spec().name(),
                "pgbackrest",
                set.type(),
                set.source().systemIdentifier(),
                set.source().version(),
                set.source().major(),
                set.startedAt(),
                set.completedAt(),
                null,
                null,
                null,
                null,
                new BackupManifest.PgBackRestSet(
                        wish.stanza(),
                        wish.path(),
                        set.label(),
                        chain,
                        encrypted,
                        set.startWal(),
                        set.stopWal(),
                        set.startLsn(),
                        set.stopLsn(),
                        set.timeline(),
                        set.toolVersion()),
                inventory,
                null,
                List.copyOf(omissions),
                null);
    }
}
