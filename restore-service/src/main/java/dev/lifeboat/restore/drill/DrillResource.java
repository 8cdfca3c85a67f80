package dev.lifeboat.restore.drill;

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
import dev.lifeboat.restore.recovery.Phases;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.schemas.Failure;
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

/** Drills over HTTP. */
@Path("/api/v1/drills")
@Tag(name = "drills", description = "Rehearsed recoveries")
@Produces(MediaType.APPLICATION_JSON)
public class DrillResource {
    private static final String PATH = "/api/v1/drills";

    private final Database database;
    private final DrillOrders orders;
    private final Recoveries recoveries;
    private final Phases phases;
    private final Operations operations;
    private final Idempotency idempotency;
    private final CurrentPrincipal principal;
    private final InstantSource clock;

    DrillResource(
            Database database,
            DrillOrders orders,
            Recoveries recoveries,
            Phases phases,
            Operations operations,
            Idempotency idempotency,
            CurrentPrincipal principal,
            InstantSource clock) {
        this.database = database;
        this.orders = orders;
        this.recoveries = recoveries;
        this.phases = phases;
        this.operations = operations;
        this.idempotency = idempotency;
        this.principal = principal;
        this.clock = clock;
    }

    /** Asks for a drill: 202 with its place. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Ask for a drill", description = "202 with Location; Idempotency-Key is honoured.")
    public Response request(JsonNode body, @HeaderParam(Idempotency.HEADER) String key) {
        DrillRequest request = DrillRequest.read(body);
        return database.inTransaction(tx -> {
            Idempotency.Answer answer = idempotency.once(
                    tx,
                    principal.name(),
                    key,
                    "POST " + PATH,
                    body,
                    () -> URI.create(PATH + "/" + orders.place(tx, request, principal.name())));
            UUID id = UUID.fromString(answer.location().getPath().substring(PATH.length() + 1));
            return Response.accepted(json(view(tx, find(tx, id))))
                    .location(answer.location())
                    .build();
        });
    }

    /** Drills, newest first. */
    @GET
    @Operation(summary = "Drills, newest first", description = "Filtered by cluster and state, cursor-paged.")
    public JsonNode list(
            @QueryParam("cluster") String cluster,
            @QueryParam("state") String state,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        UUID before = Cursor.decodeId(cursor).orElse(null);
        List<DrillView> drills =
                database.inTransaction(tx -> recoveries.list(tx, cluster, state, before, size + 1).stream()
                        .map(recovery -> view(tx, recovery))
                        .toList());
        return json(Page.of(drills, size, drill -> Cursor.at(drill.id())));
    }

    /** How it stands, and in the end what it came to. */
    @GET
    @Path("/{id}")
    @Operation(summary = "A drill: how it stands, and in the end what it came to")
    public JsonNode get(@PathParam("id") String id) {
        return database.inTransaction(tx -> json(view(tx, find(tx, known(id)))));
    }

    /** Calls it off; when it is held, ends the hold instead. */
    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Call a drill off; when it is held, end the hold instead")
    public Response delete(@PathParam("id") String id) {
        return database.inTransaction(tx -> {
            Recovery recovery = recoveries.lock(tx, known(id)).orElseThrow(() -> Problem.notFound("drill", id));
            switch (recovery.state()) {
                case RecoveryState.Held held -> {
                    recoveries.endHold(tx, recovery.id(), clock.instant());
                    operations.wake(tx, recovery.id());
                }
                case RecoveryState.Underway underway -> operations.cancel(tx, recovery.id(), principal.name());
                case RecoveryState.TearingDown down -> {
                    // Its end is decided; it will be gone in a moment.
                }
                case RecoveryState.Cancelled cancelled -> {
                    // Asked for twice, done once.
                }
                case RecoveryState.Ended ended ->
                    throw Problem.of(
                            409,
                            new Failure(
                                    "drill.ended",
                                    "The drill has ended already.",
                                    "a drill that is under way",
                                    ended.name(),
                                    "There is nothing to call off; its sandbox is gone."));
            }
            return Response.accepted(json(view(tx, find(tx, recovery.id())))).build();
        });
    }

    private Recovery find(Handle transaction, UUID id) {
        return recoveries.find(transaction, id).orElseThrow(() -> Problem.notFound("drill", id.toString()));
    }

    private DrillView view(Handle transaction, Recovery recovery) {
        return DrillView.of(
                recovery,
                phases.of(transaction, recovery.id(), clock.instant()),
                operations.find(transaction, recovery.id()));
    }

    private static UUID known(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("drill", id);
        }
    }

    private static JsonNode json(Object value) {
        return EventJson.mapper().valueToTree(value);
    }
}
