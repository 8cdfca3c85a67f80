package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.DeclarationTable.CLUSTERS;
import static dev.lifeboat.backup.fleet.DeclarationTable.REPOSITORIES;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Declares repositories and takes declarations back. */
@ApplicationScoped
class RepositoryDeclarations {
    private final Database database;
    private final Announcements announcements;
    private final SecretShape.Resolvable secrets;
    private final RepositoryProbe probe;
    private final InstantSource clock;
    private final Ids ids;

    RepositoryDeclarations(
            Database database,
            Announcements announcements,
            SecretShape.Resolvable secrets,
            RepositoryProbe probe,
            InstantSource clock) {
        this.database = database;
        this.announcements = announcements;
        this.secrets = secrets;
        this.probe = probe;
        this.clock = clock;
        this.ids = new Ids(clock);
    }

    /**
     * Declares a repository. The same document again changes nothing.
     *
     * @param test whether to try the bucket first
     * @throws Problem 400 with all mistakes of the document, 412, or 422 when the bucket cannot be used
     */
    Declaration<RepositorySpec> declare(String name, JsonNode document, Preconditions preconditions, boolean test) {
        RepositorySpec spec = SpecValidation.repository(document, name, secrets);
        List<Failure> warnings = new ArrayList<>();
        if (test) {
            RepositoryProbe.Result result = probe.test(spec);
            if (!result.errors().isEmpty()) {
                throw ConnectionProblem.of("repository", name, result.errors());
            }
            warnings.addAll(result.warnings());
        } else {
            warnings.add(ConnectionProblem.notTested());
        }
        return database.inTransaction(transaction -> store(transaction, spec, preconditions, warnings));
    }

    private Declaration<RepositorySpec> store(
            Handle transaction, RepositorySpec spec, Preconditions preconditions, List<Failure> warnings) {
        REPOSITORIES.lock(transaction, spec.name());
        Optional<Declared<RepositorySpec>> before = REPOSITORIES.find(transaction, spec.name());
        preconditions.check("repository", before);
        sharedLocation(transaction, spec).ifPresent(warnings::add);
        String canonical = SpecJson.canonical(spec);
        String digest = SpecJson.digest(canonical);
        if (before.isPresent() && before.get().digest().equals(digest)) {
            return new Declaration<>(before.get(), false, null, warnings);
        }
        before.ifPresent(present -> refuseOtherEncryption(transaction, present.spec(), spec));
        before.filter(present -> !sameLocation(present.spec(), spec))
                .ifPresent(present -> warnings.add(moved(present.spec())));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Declared<RepositorySpec> declared = new Declared<>(
                before.map(Declared::id).orElseGet(ids::next),
                spec.name(),
                REPOSITORIES.newestVersion(transaction, spec.name()) + 1,
                spec,
                digest,
                null,
                Announcements.actor(),
                before.map(Declared::declaredAt).orElse(now),
                now);
        if (before.isPresent()) {
            REPOSITORIES.update(transaction, declared, canonical);
        } else {
            REPOSITORIES.insert(transaction, declared, canonical);
        }
        announcements.repository(transaction, before.orElse(null), declared);
        return new Declaration<>(declared, before.isEmpty(), null, warnings);
    }

    /**
     * Takes a declaration back; what the repository holds stays.
     *
     * @throws Problem 404, 409 while clusters use it, 412
     */
    void remove(String name, Preconditions preconditions) {
        database.useTransaction(transaction -> {
            REPOSITORIES.lock(transaction, name);
            Declared<RepositorySpec> before = REPOSITORIES
                    .find(transaction, name)
                    .orElseThrow(() -> Problem.notFound("repository", Shape.shown(name)));
            preconditions.check("repository", Optional.of(before));
            long version = before.version() + 1;
            // first the row, which waits for declarations that are using it; then who uses it
            REPOSITORIES.remove(transaction, before.id(), version, Announcements.actor(), clock.instant());
            List<String> users = users(transaction, name);
            if (!users.isEmpty()) {
                throw Problem.of(
                        409,
                        new Failure(
                                "repository.in-use",
                                "Clusters keep their backups in this repository.",
                                "no cluster that names it",
                                String.join(", ", users),
                                "Take it out of their repositories, or remove them, first."));
            }
            announcements.repositoryRemoved(transaction, before, version);
        });
    }

    Declared<RepositorySpec> get(String name) {
        return database.inTransaction(transaction -> REPOSITORIES.find(transaction, name))
                .orElseThrow(() -> Problem.notFound("repository", Shape.shown(name)));
    }

    List<Declared<RepositorySpec>> page(String after, int limit) {
        return database.inTransaction(transaction -> REPOSITORIES.page(transaction, after, limit));
    }

    private static List<String> users(Handle transaction, String repository) {
        return CLUSTERS.page(transaction, "", Integer.MAX_VALUE).stream()
                .filter(cluster -> cluster.spec().repositories().contains(repository))
                .map(Declared::name)
                .toList();
    }

    /** What is there is sealed or not, and is looked for under keys that say which. */
    private static void refuseOtherEncryption(Handle transaction, RepositorySpec before, RepositorySpec now) {
        if ((before.encryption() == null) == (now.encryption() == null) || !sameLocation(before, now)) {
            return;
        }
        List<String> users = users(transaction, now.name());
        if (!users.isEmpty()) {
            throw Problem.of(
                    409,
                    new Failure(
                            "repository.encryption-fixed",
                            "A repository in use cannot become encrypted, nor stop being it.",
                            before.encryption() == null ? "no encryption" : "encryption, as before",
                            String.join(", ", users) + " keep their backups in it",
                            "Declare another repository, or the same bucket with another prefix, and let the clusters"
                                    + " name that one."));
        }
    }

    /** Two names for one place: a copy from the one to the other would be none. */
    private static Optional<Failure> sharedLocation(Handle transaction, RepositorySpec spec) {
        return REPOSITORIES.page(transaction, "", Integer.MAX_VALUE).stream()
                .filter(other -> !other.name().equals(spec.name()) && sameLocation(other.spec(), spec))
                .findFirst()
                .map(other -> new Failure(
                        "repository.location-shared",
                        "The repository " + other.name() + " lies in the same place: never name both in one cluster.",
                        "an endpoint, bucket and prefix of its own",
                        other.name(),
                        "Give it another prefix."));
    }

    private static Failure moved(RepositorySpec before) {
        return new Failure(
                "repository.location-changed",
                "The repository lies in another place now; backups that were taken before are still in the old one.",
                before.endpoint() + "/" + before.bucket() + "/" + before.prefix(),
                null,
                "Copy what is there, or declare the new place under a name of its own.");
    }

    private static boolean sameLocation(RepositorySpec one, RepositorySpec other) {
        return Objects.equals(plain(one.endpoint()), plain(other.endpoint()))
                && Objects.equals(one.bucket(), other.bucket())
                && Objects.equals(one.prefix(), other.prefix());
    }

    private static String plain(String endpoint) {
        return endpoint.toLowerCase(Locale.ROOT).replaceFirst("/$", "");
    }
}
