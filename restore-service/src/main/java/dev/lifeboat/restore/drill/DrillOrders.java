package dev.lifeboat.restore.drill;

import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.restore.catalogue.Catalogue;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.restore.recovery.RecoveryRequests.Order;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Compares a drill that is asked for with what is declared, and places it. */
@ApplicationScoped
public class DrillOrders {
    private final Fleet fleet;
    private final Catalogue catalogue;
    private final RecoveryRequests requests;

    DrillOrders(Fleet fleet, Catalogue catalogue, RecoveryRequests requests) {
        this.fleet = fleet;
        this.catalogue = catalogue;
        this.requests = requests;
    }

    /**
     * Places the drill.
     *
     * @throws Problem 404 if the cluster is not declared; 400 with every mistake if the rest does not fit it
     */
    UUID place(Handle transaction, DrillRequest request, String principal) {
        DeclaredCluster cluster = cluster(transaction, request.cluster());
        Order order = order(transaction, cluster, request, principal);
        return requests.request(transaction, cluster, order);
    }

    /** The declared cluster of that name. */
    public DeclaredCluster cluster(Handle transaction, String name) {
        return fleet.cluster(transaction, name)
                .orElseThrow(() -> Problem.of(
                        404,
                        new Failure(
                                "cluster.not-found",
                                "There is no cluster of this name.",
                                "a declared cluster",
                                name,
                                "Declare it with PUT /api/v1/clusters/{name} at backup-service.")));
    }

    /** The request with its defaults filled in from what is declared. */
    public Order order(Handle transaction, DeclaredCluster cluster, DrillRequest request, String principal) {
        List<Violation> violations = new ArrayList<>();
        Optional<BackupCompleted> backup =
                request.backupId() == null ? Optional.empty() : catalogue.usable(transaction, request.backupId());
        String method = request.method() != null
                ? request.method()
                : backup.map(BackupCompleted::method).orElse(null);
        // A named backup that is not known may be on its way: the recovery waits for it, and it says its method.
        List<String> repositories = cluster.spec().repositories();
        String repository = request.repository();
        if (repository == null) {
            repository = backup.map(BackupCompleted::repository).orElse(null);
        } else if (!repositories.contains(repository)) {
            violations.add(new Violation(
                    "/repository",
                    "repository.not-of-cluster",
                    "The cluster does not use this repository.",
                    String.join(" or ", repositories),
                    repository,
                    null));
        }
        backup.ifPresent(known -> contradictions(known, cluster, request, violations));
        if (request.kind().equals(TargetChoice.POINT_IN_TIME) && request.method() == null && "dump".equals(method)) {
            violations.add(new Violation(
                    "/backupId",
                    "method.no-wal",
                    "The named backup is a dump: it shows the moment of its snapshot and no other.",
                    "a backup of method physical or pgbackrest",
                    method,
                    "Name another, or ask for a restore-test."));
        }
        if (!violations.isEmpty()) {
            throw Problem.invalid("The drill does not fit what is declared.", violations);
        }
        return new Order(
                request.kind(),
                method,
                repository,
                request.backupId(),
                request.target(),
                request.keep(),
                null,
                null,
                principal);
    }

    private static void contradictions(
            BackupCompleted backup, DeclaredCluster cluster, DrillRequest request, List<Violation> violations) {
        contradiction("/cluster", backup.cluster(), cluster.spec().name(), violations);
        contradiction("/method", backup.method(), request.method(), violations);
        contradiction("/repository", backup.repository(), request.repository(), violations);
    }

    private static void contradiction(String pointer, String is, String asked, List<Violation> violations) {
        if (asked != null && !asked.equals(is)) {
            violations.add(new Violation(
                    pointer,
                    "backup.other",
                    "The named backup is another than the drill asks for.",
                    is,
                    asked,
                    "Leave out what the backup says by itself."));
        }
    }
}
