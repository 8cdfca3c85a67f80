package dev.lifeboat.verifier.verification;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import dev.lifeboat.schemas.recovery.RecoveryEvent.SandboxReady;
import dev.lifeboat.verifier.check.Material;
import dev.lifeboat.verifier.fleet.KnownFleet;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads from the bucket what a copy is held against, each document with the digest that was promised. */
@ApplicationScoped
class MaterialReader {
    private final Database database;
    private final RepositoryStores stores;

    MaterialReader(Database database, RepositoryStores stores) {
        this.database = database;
        this.stores = stores;
    }

    private record Known(RepositorySpec repository, Optional<List<CheckSpec>> assertions) {}

    Material read(SandboxReady ready, UUID clusterId) throws IOException {
        Known known = database.inTransaction(handle -> new Known(
                KnownFleet.repository(handle, ready.repository()).orElseThrow(),
                KnownFleet.checks(handle, clusterId, ready.checksDigest())));
        try (ObjectStore store = stores.openForReading(known.repository())) {
            BackupManifest manifest = document(store, ready.manifest(), BackupManifest.class);
            Inventory inventory = document(store, ready.inventory(), Inventory.class);
            Optional<Fingerprints> fingerprints = manifest.fingerprints() == null
                    ? Optional.empty()
                    : Optional.of(document(store, manifest.fingerprints(), Fingerprints.class));
            return new Material(clusterId, manifest, inventory, fingerprints, ready.databases(), known.assertions());
        }
    }

    private static <T> T document(ObjectStore store, ObjectRef reference, Class<T> type) throws IOException {
        try (InputStream in = store.get(reference.key(), Optional.of(reference.sha256()))) {
            // To the end first: only there is the digest known to be right.
            return EventJson.mapper().readValue(in.readAllBytes(), type);
        }
    }
}
