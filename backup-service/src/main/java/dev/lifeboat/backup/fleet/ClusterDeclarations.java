package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.DeclarationTable.CLUSTERS;
import static dev.lifeboat.backup.fleet.DeclarationTable.REPOSITORIES;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Declares clusters and takes declarations back. */
@ApplicationScoped
class ClusterDeclarations {
    private final Database database;
    private final Announcements announcements;
    private final SecretShape.Resolvable secrets;
    private final ClusterProbe probe;
    private final List<DeclarationListener> listeners;
    private final InstantSource clock;
    private final Ids ids;

    ClusterDeclarations(
            Database database,
            Announcements announcements,
            SecretShape.Resolvable secrets,
            ClusterProbe probe,
            @All List<DeclarationListener> listeners,
            InstantSource clock) {
        this.database = database;
        this.announcements = announcements;
        this.secrets = secrets;
        this.probe = probe;
        this.listeners = listeners;
        this.clock = clock;
        this.ids = new Ids(clock);
    }

    /**
     * Declares a cluster. The same document again changes nothing.
     *
     * @param test whether to try the connection first
     * @throws Problem 400 with all mistakes of the document, 409, 412, or 422 when the connection does not do
     */
    Declaration<ClusterSpec> declare(String name, JsonNode document, Preconditions preconditions, boolean test) {
        Set<String> repositories = new HashSet<>(database.inTransaction(REPOSITORIES::names));
        ClusterSpec spec = SpecValidation.cluster(document, name, repositories, secrets);
        List<Failure> warnings = new ArrayList<>();
        ServerFacts server = null;
        if (test) {
            ClusterProbe.Result result = probe.test(spec);
            if (!result.errors().isEmpty()) {
                throw ConnectionProblem.of("cluster", name, result.errors());
            }
            server = result.server();
            warnings.addAll(result.warnings());
        } else {
            warnings.add(ConnectionProblem.notTested());
        }
        ServerFacts answered = server;
        warnings.addAll(ObjectiveArithmetic.warnings(
                spec,
                Optional.ofNullable(server).map(facts -> Duration.ofSeconds(facts.archiveTimeout())),
                clock.instant()));
        return database.inTransaction(transaction -> store(transaction, spec, preconditions, answered, warnings));
    }

    private Declaration<ClusterSpec> store(
            Handle transaction,
            ClusterSpec spec,
            Preconditions preconditions,
            ServerFacts server,
            List<Failure> warnings) {
        CLUSTERS.lock(transaction, spec.name());
        Optional<Declared<ClusterSpec>> before = CLUSTERS.find(transaction, spec.name());
        preconditions.check("cluster", before);
        refuseRemovedRepositories(transaction, spec);
        before.ifPresent(present -> refuseOtherDatabase(present, server));
        String canonical = SpecJson.canonical(spec);
        String digest = SpecJson.digest(canonical);
        if (before.isPresent() && before.get().digest().equals(digest)) {
            remember(transaction, before.get(), server);
            return new Declaration<>(before.get(), false, server, warnings);
        }
        Declared<ClusterSpec> now = next(transaction, spec, digest, before);
        if (before.isPresent()) {
            CLUSTERS.update(transaction, now, canonical);
        } else {
            CLUSTERS.insert(transaction, now, canonical);
        }
        remember(transaction, now, server);
        announcements.cluster(transaction, before.orElse(null), now);
        listeners.forEach(listener ->
                listener.declared(transaction, before.map(DeclaredFleet::cluster), DeclaredFleet.cluster(now)));
        return new Declaration<>(now, before.isEmpty(), server, warnings);
    }

    private Declared<ClusterSpec> next(
            Handle transaction, ClusterSpec spec, String digest, Optional<Declared<ClusterSpec>> before) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        UUID id = before.map(Declared::id).orElseGet(ids::next);
        long version = CLUSTERS.newestVersion(transaction, spec.name()) + 1;
        return new Declared<>(
                id,
                spec.name(),
                version,
                spec,
                digest,
                before.map(Declared::systemIdentifier).orElse(null),
                Announcements.actor(),
                before.map(Declared::declaredAt).orElse(now),
                now);
    }

    /**
     * Takes a declaration back: schedules disarm, running work ends, backups and evidence stay.
     *
     * @param confirmation must repeat the name
     * @throws Problem 400 without confirmation, 404, 412
     */
    void remove(String name, String confirmation, Preconditions preconditions) {
        if (!name.equals(confirmation)) {
            throw Problem.of(
                    400,
                    new Failure(
                            "cluster.removal-not-confirmed",
                            "Removing a cluster stops its backups and drills, and must be confirmed by its name.",
                            "confirm=" + Shape.shown(name),
                            confirmation == null ? "no confirmation" : "confirm=" + Shape.shown(confirmation),
                            "DELETE /api/v1/clusters/" + Shape.shown(name) + "?confirm=" + Shape.shown(name)));
        }
        database.useTransaction(transaction -> {
            CLUSTERS.lock(transaction, name);
            Declared<ClusterSpec> before =
                    CLUSTERS.find(transaction, name).orElseThrow(() -> Problem.notFound("cluster", Shape.shown(name)));
            preconditions.check("cluster", Optional.of(before));
            long version = before.version() + 1;
            CLUSTERS.remove(transaction, before.id(), version, Announcements.actor(), clock.instant());
            announcements.clusterRemoved(transaction, before, version);
            listeners.forEach(listener -> listener.removed(transaction, DeclaredFleet.cluster(before)));
        });
    }

    Declared<ClusterSpec> get(String name) {
        return database.inTransaction(transaction -> CLUSTERS.find(transaction, name))
                .orElseThrow(() -> Problem.notFound("cluster", Shape.shown(name)));
    }

    List<Declared<ClusterSpec>> page(String after, int limit) {
        return database.inTransaction(transaction -> CLUSTERS.page(transaction, after, limit));
    }

    /** Between the reading of the document and now, somebody may have removed a repository. */
    private static void refuseRemovedRepositories(Handle transaction, ClusterSpec spec) {
        List<String> gone = new ArrayList<>(spec.repositories());
        gone.removeAll(REPOSITORIES.keep(transaction, spec.repositories()));
        if (!gone.isEmpty()) {
            throw Problem.of(
                    409,
                    new Failure(
                            "repository.unknown",
                            "A repository of this cluster was removed just now.",
                            "declared repositories",
                            String.join(", ", gone) + " removed",
                            "Declare it again, or take it out of repositories."));
        }
    }

    /** An id stands for one database: its backups must not be mixed with those of another. */
    private static void refuseOtherDatabase(Declared<ClusterSpec> present, ServerFacts server) {
        if (server == null
                || present.systemIdentifier() == null
                || present.systemIdentifier().equals(server.systemIdentifier())) {
            return;
        }
        throw Problem.of(
                409,
                new Failure(
                        "cluster.other-database",
                        "The server that answers is not the database that was declared under this name.",
                        "system identifier " + present.systemIdentifier(),
                        "system identifier " + server.systemIdentifier(),
                        "Correct the connection; or, if the database was created anew or upgraded, remove the cluster"
                                + " and declare it again: it becomes a new one, its old backups stay."));
    }

    private static void remember(Handle transaction, Declared<ClusterSpec> declared, ServerFacts server) {
        if (server != null && !server.systemIdentifier().equals(declared.systemIdentifier())) {
            transaction
                    .createUpdate("update declared_cluster set system_identifier = :system where id = :id")
                    .bind("system", server.systemIdentifier())
                    .bind("id", declared.id())
                    .execute();
        }
    }
}
