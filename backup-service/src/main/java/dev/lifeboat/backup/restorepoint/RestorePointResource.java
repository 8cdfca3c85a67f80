package dev.lifeboat.backup.restorepoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.restorepoint.RestorePoint.State;
import dev.lifeboat.backup.window.WalPresence;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Idempotency;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** Restore points of one cluster over HTTP. */
@Path("/api/v1/clusters/{name}/restore-points")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Restore points", description = "Named moments, e.g. before a migration")
public class RestorePointResource {
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final Database database;
    private final Fleet fleet;
    private final RestorePoints points;
    private final PrimarySession primary;
    private final RestorePointWait wait;
    private final Operations operations;
    private final Idempotency idempotency;
    private final InstantSource clock;
    private final Ids ids;

    RestorePointResource(
            Database database,
            Fleet fleet,
            RestorePoints points,
            PrimarySession primary,
            RestorePointWait wait,
            Operations operations,
            Idempotency idempotency,
            InstantSource clock,
            Ids ids) {
        this.database = database;
        this.fleet = fleet;
        this.points = points;
        this.primary = primary;
        this.wait = wait;
        this.operations = operations;
        this.idempotency = idempotency;
        this.clock = clock;
        this.ids = ids;
    }

    /** Asks for one. Sent again with the same {@code Idempotency-Key}, the answer is the first one's. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Make a restore point",
            description =
                    "Made on the primary, and then forced out of it: follow it at its Location until it is durable,"
                            + " and only then begin with what it is for. With wait=<seconds> the answer comes when it"
                            + " is durable; anything else is an error then.")
    @APIResponse(responseCode = "200", description = "With wait: it is durable")
    @APIResponse(responseCode = "202", description = "It is being made; with its Location")
    @APIResponse(responseCode = "400", description = "The name will not do; restore-point.bad-wait")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    @APIResponse(responseCode = "409", description = "restore-point.exists, restore-point.no-wal; with wait: it failed")
    @APIResponse(responseCode = "422", description = "The server does not let us: with the SQL")
    @APIResponse(responseCode = "504", description = "With wait: restore-point.not-durable-yet")
    @RunOnVirtualThread
    public Response create(
            @PathParam("name") String cluster,
            @QueryParam("wait") String seconds,
            @HeaderParam(Idempotency.HEADER) String key,
            JsonNode body,
            @Context SecurityContext caller)
            throws InterruptedException {
        Duration waiting = RestorePointWait.asked(seconds);
        String principal = caller.getUserPrincipal().getName();
        String name = RestorePointName.read(body);
        DeclaredCluster declared = database.inTransaction(transaction -> declared(transaction, cluster));
        if (WalPresence.repositories(declared.spec()).isEmpty()) {
            throw Problem.of(409, noWal(cluster));
        }
        requireAble(declared);
        URI location = database.inTransaction(transaction -> {
            String path = "/api/v1/clusters/" + cluster + "/restore-points";
            return idempotency
                    .once(
                            transaction,
                            principal,
                            key,
                            "POST " + path,
                            body,
                            () -> URI.create(
                                    path + "/" + request(transaction, declared(transaction, cluster), name, principal)))
                    .location();
        });
        String id = location.getPath().substring(location.getPath().lastIndexOf('/') + 1);
        RestorePointView view = get(cluster, id, seconds);
        return (waiting.isZero() ? Response.accepted(view) : Response.ok(view))
                .location(location)
                .build();
    }

    /** Told at once, and not in the fate of what was asked for. */
    private void requireAble(DeclaredCluster cluster) {
        Optional<Failure> obstacle;
        try {
            obstacle = primary.obstacle(cluster.spec());
        } catch (PostgresException e) {
            obstacle = Optional.of(e.fault().failure());
        }
        if (obstacle.isPresent()) {
            throw Problem.of(422, obstacle.get());
        }
    }

    private UUID request(Handle transaction, DeclaredCluster cluster, String name, String principal) {
        RestorePoint wanted = new RestorePoint(
                ids.next(),
                cluster.id(),
                cluster.spec().name(),
                name,
                clock.instant(),
                principal,
                State.REQUESTED,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
        if (!points.add(transaction, wanted)) {
            throw Problem.of(
                    409,
                    new Failure(
                            "restore-point.exists",
                            "The cluster has or had a restore point of this name.",
                            "a name that was never used",
                            name,
                            "Choose another: recovery stops at the first of a name that it meets."));
        }
        operations.submit(
                transaction,
                new Operations.Request(
                        wanted.id(),
                        RestorePointOperation.KIND,
                        wanted.cluster(),
                        clock.instant().plus(PATIENCE)));
        return wanted.id();
    }

    /** All of a cluster, newest first, page by page. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "Restore points of a cluster, newest first")
    @APIResponse(responseCode = "200", description = "A page")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public Page<RestorePointView> list(
            @PathParam("name") String cluster,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer asked) {
        int limit = Page.limit(asked);
        Optional<Cursor.Moment> after = Cursor.decodeMoment(cursor);
        return database.inTransaction(transaction -> {
            List<RestorePoint> found = points.newest(transaction, cluster, after, limit + 1);
            if (found.isEmpty()) {
                declared(transaction, cluster);
            }
            Page<RestorePoint> page = Page.of(found, limit, point -> Cursor.at(point.requestedAt(), point.id()));
            return new Page<>(page.items().stream().map(RestorePointView::of).toList(), page.next());
        });
    }

    /** One of them. */
    @GET
    @Path("{id}")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(
            summary = "One restore point: durable or not, and in which repositories",
            description = "With wait=<seconds> the answer comes when it is durable; anything else is an error then.")
    @APIResponse(responseCode = "200", description = "The restore point")
    @APIResponse(responseCode = "404", description = "restore-point.not-found")
    @APIResponse(responseCode = "409", description = "With wait: it failed")
    @APIResponse(responseCode = "504", description = "With wait: restore-point.not-durable-yet")
    @RunOnVirtualThread
    public RestorePointView get(
            @PathParam("name") String cluster, @PathParam("id") String id, @QueryParam("wait") String seconds)
            throws InterruptedException {
        Duration waiting = RestorePointWait.asked(seconds);
        RestorePointView now = database.inTransaction(transaction -> shown(transaction, cluster, id));
        return waiting.isZero() ? now : RestorePointView.of(wait.untilDurable(now.id(), waiting));
    }

    private RestorePointView shown(Handle transaction, String cluster, String id) {
        return parsed(id)
                .flatMap(uuid -> points.find(transaction, uuid))
                .filter(point -> point.cluster().equals(cluster))
                .map(RestorePointView::of)
                .orElseThrow(() -> Problem.notFound("restore-point", id));
    }

    private static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    private static Failure noWal(String cluster) {
        return new Failure(
                "restore-point.no-wal",
                "The WAL of this cluster is not kept: nothing could be recovered to a restore point.",
                "wal.mode archive or stream",
                "wal.mode none",
                "Declare it with WAL: PUT /api/v1/clusters/" + cluster);
    }

    private DeclaredCluster declared(Handle transaction, String name) {
        return fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name));
    }
}
