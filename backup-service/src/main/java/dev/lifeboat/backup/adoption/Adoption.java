package dev.lifeboat.backup.adoption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lifeboat.backup.adoption.AdoptionView.Adopted;
import dev.lifeboat.backup.adoption.AdoptionView.LeftOut;
import dev.lifeboat.backup.adoption.BackupInfo.StoredSet;
import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.backup.BackupState;
import dev.lifeboat.backup.backup.Outcome;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.backup.window.SegmentSizes;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Takes the sets of an existing pgBackRest stanza into the catalogue, as completed backups that can be restored and rehearsed
 * like others. The stanza is read, and left as it is. The same set is always the same backup.
 */
@ApplicationScoped
class Adoption {
    private final Database database;
    private final Fleet fleet;
    private final BackupCatalogue catalogue;
    private final RepositoryStores stores;
    private final SecretReferences secrets;
    private final SegmentSizes sizes;
    private final ObjectMapper json;

    Adoption(
            Database database,
            Fleet fleet,
            BackupCatalogue catalogue,
            RepositoryStores stores,
            SecretReferences secrets,
            SegmentSizes sizes,
            ObjectMapper json) {
        this.database = database;
        this.fleet = fleet;
        this.catalogue = catalogue;
        this.stores = stores;
        this.secrets = secrets;
        this.sizes = sizes;
        this.json = json;
    }

    private record Declared(
            DeclaredCluster cluster, DeclaredRepository repository, AdoptionWish wish, String systemIdentifier) {}

    /** A set, and what was published of it. */
    private record Published(StoredSet set, Taken taken) {}

    /**
     * Adopts.
     *
     * @throws Problem see {@link AdoptionResource}
     */
    AdoptionView adopt(String name, JsonNode body, String principal) {
        Declared declared = database.inTransaction(transaction -> declared(transaction, name, body));
        List<LeftOut> leftOut = new ArrayList<>();
        List<Published> published = published(declared, leftOut);
        List<Adopted> adopted = database.inTransaction(transaction -> published.stream()
                .map(one -> add(transaction, declared, one, principal))
                .toList());
        return new AdoptionView(
                name,
                declared.wish().repository(),
                declared.wish().stanza(),
                declared.wish().path(),
                declared.systemIdentifier(),
                adopted,
                List.copyOf(leftOut));
    }

    private Declared declared(Handle transaction, String name, JsonNode body) {
        DeclaredCluster cluster = fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name));
        AdoptionWish wish = AdoptionWish.read(body, cluster.spec());
        DeclaredRepository repository = fleet.repository(transaction, wish.repository())
                .orElseThrow(() -> Problem.notFound("repository", wish.repository()));
        String system = fleet.systemIdentifier(transaction, cluster.id())
                .orElseThrow(
                        () -> StanzaFile.refused(
                                "adoption.database-unknown",
                                "Nobody knows yet which database this cluster is.",
                                "a cluster whose server answered when it was declared",
                                "cluster " + name,
                                "Declare it again, with its connection tested: then only backups of that database are adopted."));
        return new Declared(cluster, repository, wish, system);
    }

    private List<Published> published(Declared declared, List<LeftOut> leftOut) {
        Optional<Secret> passphrase = Optional.ofNullable(
                        declared.repository().spec().encryption())
                .map(encryption -> secrets.resolve(encryption.passphrase()));
        try (ObjectStore store = stores.open(declared.repository().spec())) {
            BackupInfo info = StanzaFile.read(store, declared.wish(), passphrase);
            requireThisDatabase(info, declared.systemIdentifier());
            AdoptedDocuments documents = new AdoptedDocuments(
                    store,
                    json,
                    declared.cluster(),
                    declared.wish(),
                    passphrase.isPresent(),
                    sizes.of(declared.cluster(), store, List.of()));
            List<Published> published = new ArrayList<>();
            for (StoredSet set : info.sets().values()) {
                Optional<List<String>> chain = info.chain(set);
                if (!set.source().systemIdentifier().equals(declared.systemIdentifier())) {
                    leftOut.add(new LeftOut(
                            set.label(),
                            "of another database, with system identifier "
                                    + set.source().systemIdentifier()));
                } else if (chain.isEmpty()) {
                    leftOut.add(new LeftOut(set.label(), "what it depends on is not in the stanza"));
                } else {
                    var id = SetIds.of(
                            declared.systemIdentifier(), declared.wish().stanza(), set.label());
                    published.add(new Published(set, documents.publish(id, set, chain.get())));
                }
            }
            return published;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void requireThisDatabase(BackupInfo info, String systemIdentifier) {
        List<String> systems = info.sets().values().stream()
                .map(set -> set.source().systemIdentifier())
                .distinct()
                .toList();
        if (!systems.isEmpty() && !systems.contains(systemIdentifier)) {
            throw StanzaFile.refused(
                    "adoption.other-database",
                    "The stanza holds backups of another database than the cluster is.",
                    "system identifier " + systemIdentifier,
                    "system identifier " + String.join(", ", systems),
                    "Adopt it for the cluster that it belongs to. Was the database made anew or upgraded since? Its old"
                            + " backups restore to the old database only.");
        }
    }

    private Adopted add(Handle transaction, Declared declared, Published published, String principal) {
        StoredSet set = published.set();
        Taken taken = published.taken();
        Backup backup = new Backup(
                taken.manifest().backupId(),
                declared.cluster().id(),
                declared.cluster().spec().name(),
                new BackupPolicy(
                        null,
                        "pgbackrest",
                        set.type(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                declared.wish().repository(),
                null,
                set.startedAt(),
                principal,
                new BackupState.Completed(
                        1,
                        set.startedAt(),
                        set.completedAt(),
                        Outcome.of(taken)
                                .adoptedFrom(new Outcome.Stanza(
                                        declared.wish().stanza(),
                                        declared.wish().path()))),
                1);
        boolean isNew = catalogue.add(transaction, backup);
        if (!isNew) {
            requireOurs(transaction, declared, backup);
        }
        return new Adopted(backup.id(), set.label(), set.type(), set.completedAt(), isNew);
    }

    private void requireOurs(Handle transaction, Declared declared, Backup backup) {
        catalogue
                .find(transaction, backup.id())
                .filter(known -> !known.clusterId().equals(declared.cluster().id()))
                .ifPresent(known -> {
                    throw Problem.of(
                            409,
                            new Failure(
                                    "adoption.elsewhere",
                                    "These backups are in the catalogue already, for another declaration.",
                                    "sets that nobody adopted, or this cluster did",
                                    known.cluster() + " (" + known.clusterId() + ") has " + backup.id(),
                                    "Restore them for that cluster: each drill and restore may name a backup by its id."));
                });
    }
}
