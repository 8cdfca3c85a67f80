package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.retention.RetentionView.PlanView;
import dev.lifeboat.backup.retention.RetentionView.RunView;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Idempotency;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** Retention of one cluster's backups over HTTP. */
@Path("/api/v1/clusters/{name}/retention")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Retention", description = "Which backups go, which stay, and why")
public class RetentionResource {
    private static final RetentionRuns.Explained NOT_SHOWN = new RetentionRuns.Explained(null, null);

    private final Database database;
    private final Fleet fleet;
    private final Retention retention;
    private final RetentionRequests requests;
    private final RetentionRuns runs;
    private final Removals removals;
    private final Idempotency idempotency;

    RetentionResource(
            Database database,
            Fleet fleet,
            Retention retention,
            RetentionRequests requests,
            RetentionRuns runs,
            Removals removals,
            Idempotency idempotency) {
        this.database = database;
        this.fleet = fleet;
        this.retention = retention;
        this.requests = requests;
        this.runs = runs;
        this.removals = removals;
        this.idempotency = idempotency;
    }

    /** What would go if a run began now. Changes nothing. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(
            summary = "What would go now, what would stay, and why",
            description = "A dry run: decides about each stored backup as a run would, and changes nothing.")
    @APIResponse(responseCode = "200", description = "Each backup with its decision, code, reason and rule")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public PlanView plan(@PathParam("name") String name) {
        return database.inTransaction(transaction -> {
            DeclaredCluster cluster = declared(transaction, name);
            return PlanView.of(name, cluster.id(), retention.decide(transaction, cluster.id()));
        });
    }

    /** Asks for a run now; if one has not ended, that one is the answer. */
    @POST
    @Path("runs")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Remove now what may go",
            description =
                    "Runs begin by themselves after each completed backup and once a day; this is for whoever does"
                            + " not want to wait. With dryRun=true it answers what would go, and changes nothing.")
    @APIResponse(responseCode = "200", description = "The plan, for a dry run")
    @APIResponse(responseCode = "202", description = "The run, with its Location")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public Response run(
            @PathParam("name") String name,
            @QueryParam("dryRun") boolean dryRun,
            @HeaderParam(Idempotency.HEADER) String key,
            @Context SecurityContext caller) {
        if (dryRun) {
            return Response.ok(plan(name)).build();
        }
        String principal = caller.getUserPrincipal().getName();
        return database.inTransaction(transaction -> {
            String path = "/api/v1/clusters/" + name + "/retention/runs";
            URI location = idempotency
                    .once(
                            transaction,
                            principal,
                            key,
                            "POST " + path,
                            null,
                            () -> URI.create(path + "/"
                                    + requests.request(transaction, declared(transaction, name), principal, "request")))
                    .location();
            String id = location.getPath().substring(location.getPath().lastIndexOf('/') + 1);
            return Response.accepted(shown(transaction, name, id))
                    .location(location)
                    .build();
        });
    }

    /** All runs, newest first, page by page. */
    @GET
    @Path("runs")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "Runs of retention, newest first, with what each removed and why")
    @APIResponse(responseCode = "200", description = "A page of runs")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public Page<RunView> list(
            @PathParam("name") String name, @QueryParam("cursor") String cursor, @QueryParam("limit") Integer asked) {
        int limit = Page.limit(asked);
        Optional<Cursor.Moment> after = Cursor.decodeMoment(cursor);
        return database.inTransaction(transaction -> {
            List<RetentionRun> found = runs.newest(transaction, name, after, limit + 1);
            if (found.isEmpty()) {
                declared(transaction, name);
            }
            Page<RetentionRun> page = Page.of(found, limit, run -> Cursor.at(run.requestedAt(), run.id()));
            return new Page<>(
                    page.items().stream()
                            .map(run -> RunView.of(run, removals.of(transaction, run.id()), NOT_SHOWN))
                            .toList(),
                    page.next());
        });
    }

    /** One run. */
    @GET
    @Path("runs/{id}")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "One run: the rules it went by, what it removed, what stayed, and why")
    @APIResponse(responseCode = "200", description = "The run")
    @APIResponse(responseCode = "404", description = "retention-run.not-found")
    public RunView get(@PathParam("name") String name, @PathParam("id") String id) {
        return database.inTransaction(transaction -> shown(transaction, name, id));
    }

    private RunView shown(Handle transaction, String name, String id) {
        return parsed(id)
                .flatMap(uuid -> runs.find(transaction, uuid))
                .filter(run -> run.cluster().equals(name))
                .map(run -> RunView.of(run, removals.of(transaction, run.id()), runs.explained(transaction, run.id())))
                .orElseThrow(() -> Problem.notFound("retention-run", id));
    }

    private DeclaredCluster declared(Handle transaction, String name) {
        return fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name));
    }

    static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }
}
