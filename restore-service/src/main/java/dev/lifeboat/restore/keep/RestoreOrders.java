package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.restore.deliver.Delivery;
import dev.lifeboat.restore.drill.DrillOrders;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.restore.recovery.RecoveryRequests.Order;
import dev.lifeboat.restore.sandbox.Folders;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.audit.AuditEvent.ActionRecorded;
import dev.lifeboat.schemas.event.Keys;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/** Takes restores that keep, and has them begin: at once, or when a second person has approved. */
@ApplicationScoped
class RestoreOrders {
    private final KeptRestores restores;
    private final DrillOrders drills;
    private final RecoveryRequests recoveries;
    private final Fleet fleet;
    private final Destinations destinations;
    private final Outbox outbox;
    private final Ids ids;
    private final InstantSource clock;

    RestoreOrders(
            KeptRestores restores,
            DrillOrders drills,
            RecoveryRequests recoveries,
            Fleet fleet,
            Folders folders,
            Outbox outbox,
            Ids ids,
            InstantSource clock,
            @ConfigProperty(name = "lifeboat.restores.roots") Optional<List<Path>> roots) {
        this.restores = restores;
        this.drills = drills;
        this.recoveries = recoveries;
        this.fleet = fleet;
        this.destinations = new Destinations(roots.orElseGet(() -> List.of(folders.restores())));
        this.outbox = outbox;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Takes one.
     *
     * @throws Problem 404 if the cluster is not declared, 400 with every mistake if the rest does not fit it
     */
    UUID place(Handle transaction, JsonNode body, String principal) {
        RestoreRequest request = RestoreRequest.read(body);
        DeclaredCluster cluster = drills.cluster(transaction, request.recovery().cluster());
        Order order = order(transaction, cluster, request, principal);
        if (request.archiving() != null) {
            requireFree(transaction, request.archiving());
        }
        boolean approval = cluster.spec().asksForApproval();
        if (request.delivery() == null) {
            destinations.refuse(request.directory()).ifPresent(refused -> {
                throw refused("/directory", refused);
            });
        } else {
            approval |= asksForApproval(transaction, request.delivery());
        }
        KeptRestore restore = new KeptRestore(
                ids.next(),
                cluster.spec().name(),
                body,
                request.directory() == null ? null : Path.of(request.directory()),
                principal,
                clock.instant(),
                approval,
                null,
                null,
                null,
                null,
                null);
        restores.insert(transaction, restore);
        audit(transaction, cluster.id(), restore, principal, "restore.requested", 1);
        if (!restore.waitsForApproval()) {
            recoveries.request(transaction, cluster, order, restore.id());
        }
        return restore.id();
    }

    private static Problem refused(String pointer, Failure refused) {
        return Problem.invalid(
                "The restore cannot go there.",
                List.of(new Violation(
                        pointer,
                        refused.code(),
                        refused.message(),
                        refused.expected(),
                        refused.found(),
                        refused.hint())));
    }

    private void requireFree(Handle transaction, NewArchive.Wish wish) {
        if (fleet.repository(transaction, wish.repository()).isEmpty()) {
            throw refused(
                    "/archiving/repository",
                    new Failure(
                            "repository.unknown",
                            "There is no repository of this name.",
                            "a declared repository",
                            wish.repository(),
                            "Declare it with PUT /api/v1/repositories/{name} at backup-service."));
        }
        if (fleet.cluster(transaction, wish.name()).isPresent()) {
            throw refused(
                    "/archiving/name",
                    new Failure(
                            "restore.archive-name",
                            "A declared cluster has this name, and its archive.",
                            "a name that no declared cluster has",
                            wish.name(),
                            "Name another; declare the restored server by it when it runs."));
        }
    }

    /** The cluster whose server gets the databases has its word, too. */
    private boolean asksForApproval(Handle transaction, Delivery delivery) {
        String into = delivery.into().cluster();
        if (into == null) {
            return false;
        }
        return fleet.cluster(transaction, into)
                .orElseThrow(() -> refused(
                        "/into/cluster",
                        new Failure(
                                "cluster.not-found",
                                "There is no cluster of this name.",
                                "a declared cluster",
                                into,
                                "Declare it, or name a connection.")))
                .spec()
                .asksForApproval();
    }

    /**
     * A second person's word: now it begins.
     *
     * @throws Problem 404 without such a restore, 403 for who asked for it, 409 when it does not wait for approval
     */
    void approve(Handle transaction, UUID id, String principal) {
        KeptRestore restore =
                restores.lock(transaction, id).orElseThrow(() -> Problem.notFound("restore", id.toString()));
        if (!restore.waitsForApproval()) {
            throw Problem.of(
                    409,
                    new Failure(
                            "restore.not-waiting",
                            "The restore does not wait for approval.",
                            "a restore that waits",
                            restore.approval() ? "approved by " + restore.approvedBy() : "none is asked for",
                            "Look at it: GET /api/v1/restores/" + id));
        }
        if (restore.requestedBy().equals(principal)) {
            throw Problem.of(
                    403,
                    new Failure(
                            "restore.own-approval",
                            "Who asked for a restore does not approve it.",
                            "another principal than " + principal,
                            principal,
                            "Let somebody else with the role approver look at it."));
        }
        DeclaredCluster cluster = drills.cluster(transaction, restore.cluster());
        RestoreRequest request = RestoreRequest.read(restore.request());
        restores.approve(transaction, id, principal, clock.instant());
        audit(transaction, cluster.id(), restore, principal, "restore.approved", 2);
        recoveries.request(transaction, cluster, order(transaction, cluster, request, restore.requestedBy()), id);
    }

    private Order order(Handle transaction, DeclaredCluster cluster, RestoreRequest request, String principal) {
        Order drill = drills.order(transaction, cluster, request.recovery(), principal);
        return new Order(
                TargetChoice.RESTORE,
                request.delivery() == null ? drill.method() : "dump",
                drill.repository(),
                drill.backupId(),
                drill.target(),
                null,
                null,
                null,
                principal);
    }

    private void audit(
            Handle transaction, UUID clusterId, KeptRestore restore, String principal, String action, long version) {
        outbox.publish(
                transaction,
                new Publication(
                        Keys.cluster(restore.cluster()),
                        "restore/" + restore.id(),
                        clusterId,
                        version,
                        new ActionRecorded(
                                principal,
                                action,
                                "restore/" + restore.id(),
                                null,
                                null,
                                "done",
                                restore.directory() == null
                                        ? RestoreRequest.read(restore.request())
                                                .delivery()
                                                .confirmation()
                                        : "into " + restore.directory(),
                                clock.instant())));
    }
}
