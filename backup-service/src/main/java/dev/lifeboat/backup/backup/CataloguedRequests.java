package dev.lifeboat.backup.backup;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Requests become rows of the catalogue and operations, in the caller's commit. */
@ApplicationScoped
public class CataloguedRequests implements BackupRequests {
    private final Fleet fleet;
    private final BackupCatalogue catalogue;
    private final Operations operations;
    private final InstantSource clock;
    private final Ids ids;

    /** Mints ids from the given clock. */
    public CataloguedRequests(Fleet fleet, BackupCatalogue catalogue, Operations operations, InstantSource clock) {
        this.fleet = fleet;
        this.catalogue = catalogue;
        this.operations = operations;
        this.clock = clock;
        this.ids = new Ids(clock);
    }

    @Override
    public UUID request(Handle transaction, Wanted wanted) {
        DeclaredCluster cluster = declared(transaction, wanted.cluster());
        Backup backup = backup(cluster, wanted, null, new BackupState.Requested());
        if (!catalogue.add(transaction, backup)) {
            String active = catalogue
                    .active(transaction, cluster.id(), wanted.policy().name())
                    .map(running -> running.id().toString())
                    .orElse("one that ended just now");
            throw Problem.of(
                    409,
                    new Failure(
                            "backup.active",
                            "A backup of this policy is requested or running already.",
                            "no active backup of policy " + wanted.policy().name(),
                            active,
                            "Wait for it, or cancel it with DELETE /api/v1/backups/" + active + "."));
        }
        submit(transaction, backup);
        return backup.id();
    }

    @Override
    public Scheduled schedule(Handle transaction, Wanted wanted, Instant dueAt) {
        DeclaredCluster cluster = declared(transaction, wanted.cluster());
        String policy = wanted.policy().name();
        Optional<Backup> before = catalogue.run(transaction, cluster.id(), policy, dueAt);
        if (before.isPresent()) {
            return scheduled(before.get());
        }
        Backup wants = backup(cluster, wanted, dueAt, new BackupState.Requested());
        if (catalogue.add(transaction, wants)) {
            submit(transaction, wants);
            return scheduled(wants);
        }
        String reason = catalogue
                .active(transaction, cluster.id(), policy)
                .map(active -> "backup " + active.id() + " of the same policy was still "
                        + active.state().name())
                .orElse("a backup of the same policy was still running");
        return skip(transaction, cluster, wanted, dueAt, reason);
    }

    @Override
    public Scheduled miss(Handle transaction, Wanted wanted, Instant dueAt, String reason) {
        return skip(transaction, declared(transaction, wanted.cluster()), wanted, dueAt, reason);
    }

    private Scheduled skip(Handle transaction, DeclaredCluster cluster, Wanted wanted, Instant dueAt, String reason) {
        Backup skipped = backup(cluster, wanted, dueAt, new BackupState.Skipped(clock.instant(), reason));
        return catalogue.add(transaction, skipped)
                ? scheduled(skipped)
                : scheduled(catalogue
                        .run(transaction, cluster.id(), wanted.policy().name(), dueAt)
                        .orElseThrow());
    }

    private static Scheduled scheduled(Backup backup) {
        return new Scheduled(backup.id(), backup.state() instanceof BackupState.Skipped);
    }

    private DeclaredCluster declared(Handle transaction, String name) {
        return fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name));
    }

    private Backup backup(DeclaredCluster cluster, Wanted wanted, Instant dueAt, BackupState state) {
        return new Backup(
                ids.next(),
                cluster.id(),
                cluster.spec().name(),
                wanted.policy(),
                BackupRepositories.of(cluster.spec(), wanted.policy()),
                dueAt,
                clock.instant(),
                wanted.requestedBy(),
                state,
                1);
    }

    private void submit(Handle transaction, Backup backup) {
        operations.submit(
                transaction, new Operations.Request(backup.id(), BackupOperation.KIND, backup.cluster(), null));
    }
}
