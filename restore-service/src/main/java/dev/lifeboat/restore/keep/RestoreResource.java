package dev.lifeboat.restore.keep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Idempotency;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.restore.drill.DrillView;
import dev.lifeboat.restore.recovery.Phases;
import dev.lifeboat.restore.recovery.Recoveries;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** Restores that keep, over HTTP. */
@Path("/api/v1/restores")
@Tag(name = "restores", description = "Recoveries that are handed over")
@Produces(MediaType.APPLICATION_JSON)
public class RestoreResource {
    private static final String PATH = "/api/v1/restores";

    private final Database database;
    private final RestoreOrders orders;
    private final KeptRestores restores;
    private final Recoveries recoveries;
    private final Phases phases;
    private final Operations operations;
    private final Idempotency idempotency;
    private final CurrentPrincipal principal;
    private final InstantSource clock;

    RestoreResource(
            Database database,
            RestoreOrders orders,
            KeptRestores restores,
            Recoveries recoveries,
            Phases phases,
            Operations operations,
            Idempotency idempotency,
            CurrentPrincipal principal,
            InstantSource clock) {
        this.database = database;
        this.orders = orders;
        this.restores = restores;
        this.recoveries = recoveries;
        this.phases = phases;
        this.operations = operations;
        this.idempotency = idempotency;
        this.principal = principal;
        this.clock = clock;
    }

    /** Asks for one: 202 with its place. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Restore files into a directory, or databases of a dump into a server",
            description =
                    "Names cluster and target, and directory (with archiving on request) or into (with databases, schemas, tables,"
                            + " noOwner), and confirms them; 202 with Location; Idempotency-Key is honoured.")
    public Response request(JsonNode body, @HeaderParam(Idempotency.HEADER) String key) {
        return database.inTransaction(tx -> {
            Idempotency.Answer answer = idempotency.once(
                    tx,
                    principal.name(),
                    key,
                    "POST " + PATH,
                    body,
                    () -> URI.create(PATH + "/" + orders.place(tx, body, principal.name())));
            String id = answer.location().getPath().substring(PATH.length() + 1);
            return Response.accepted(json(view(tx, find(tx, id))))
                    .location(answer.location())
                    .build();
        });
    }

    /** Newest first. */
    @GET
    @Operation(summary = "Restores, newest first", description = "Filtered by cluster, cursor-paged.")
    public JsonNode list(
            @QueryParam("cluster") String cluster,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        UUID before = Cursor.decodeId(cursor).orElse(null);
        List<RestoreView> found = database.inTransaction(tx -> restores.list(tx, cluster, before, size + 1).stream()
                .map(restore -> view(tx, restore))
                .toList());
        return json(Page.of(found, size, restore -> Cursor.at(restore.id())));
    }

    /** How it stands, and in the end where it is. */
    @GET
    @Path("/{id}")
    @Operation(summary = "A restore: how it stands, and in the end where it is")
    public JsonNode get(@PathParam("id") String id) {
        return database.inTransaction(tx -> json(view(tx, find(tx, id))));
    }

    /** A second person's word. */
    @POST
    @Path("/{id}/approval")
    @RolesAllowed(Roles.APPROVER)
    @Operation(summary = "Approve a restore that somebody else asked for")
    public Response approve(@PathParam("id") String id) {
        return database.inTransaction(tx -> {
            orders.approve(tx, find(tx, id).id(), principal.name());
            return Response.accepted(json(view(tx, find(tx, id)))).build();
        });
    }

    /** Calls it off, as long as it is not handed over. */
    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Call a restore off, as long as it is not handed over")
    public Response delete(@PathParam("id") String id) {
        return database.inTransaction(tx -> {
            KeptRestore restore = find(tx, id);
            if (restore.waitsForApproval()) {
                restores.remove(tx, restore.id());
                return Response.noContent().build();
            }
            operations.cancel(tx, restore.id(), principal.name());
            return Response.accepted(json(view(tx, restore))).build();
        });
    }

    private KeptRestore find(Handle transaction, String id) {
        try {
            return restores.find(transaction, UUID.fromString(id)).orElseThrow(() -> Problem.notFound("restore", id));
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("restore", id);
        }
    }

    private RestoreView view(Handle transaction, KeptRestore restore) {
        DrillView recovery = recoveries
                .find(transaction, restore.id())
                .map(found -> DrillView.of(
                        found,
                        phases.of(transaction, found.id(), clock.instant()),
                        operations.find(transaction, found.id())))
                .orElse(null);
        return RestoreView.of(restore, recovery);
    }

    private static JsonNode json(Object value) {
        return EventJson.mapper().valueToTree(value);
    }
}
