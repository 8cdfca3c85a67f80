package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What could not be taken from Kafka: to be looked at, and taken after all. */
@Path("/api/v1/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.OPERATOR)
@Blocking
public class DeadLetterResource {
    private static final Set<String> STATES = Set.of("open", "replayed", "dismissed", "all");

    private final Database database;
    private final DeadLetterReplay replay;
    private final CurrentPrincipal caller;

    DeadLetterResource(Database database, DeadLetterReplay replay, CurrentPrincipal caller) {
        this.database = database;
        this.replay = replay;
        this.caller = caller;
    }

    /** Why it shall not be taken. */
    public record Dismissal(String reason) {}

    /** Some of them, oldest first, without their bytes. */
    @GET
    public Page<DeadLetter> list(
            @QueryParam("state") @DefaultValue("open") String state,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer asked) {
        if (!STATES.contains(state)) {
            throw mistake("/state", "one of open, replayed, dismissed, all", state);
        }
        int limit = Page.limit(asked);
        UUID behind = Cursor.decodeId(cursor).orElse(null);
        List<DeadLetter> found = database.inTransaction(
                handle -> DeadLetterTable.list(handle, behind, state.equals("all") ? null : state, limit + 1));
        return Page.of(found, limit, letter -> Cursor.at(letter.id()));
    }

    /** One, with its bytes. */
    @GET
    @Path("/{id}")
    public DeadLetter get(@PathParam("id") String id) {
        return database.inTransaction(handle ->
                DeadLetterTable.find(handle, id(id, "/id")).orElseThrow(() -> Problem.notFound("dead-letter", id)));
    }

    /** Takes it now. */
    @POST
    @Path("/{id}/replay")
    public DeadLetter replay(@PathParam("id") String id) {
        return replay.replay(id(id, "/id"), caller.name());
    }

    /** Closes it without taking it. */
    @POST
    @Path("/{id}/dismiss")
    @Consumes(MediaType.APPLICATION_JSON)
    public DeadLetter dismiss(@PathParam("id") String id, Dismissal dismissal) {
        if (dismissal == null
                || dismissal.reason() == null
                || dismissal.reason().isBlank()) {
            throw mistake("/reason", "why it need not be taken", null);
        }
        return replay.dismiss(id(id, "/id"), caller.name(), dismissal.reason());
    }

    private static UUID id(String text, String pointer) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw mistake(pointer, "the id of a dead letter", text);
        }
    }

    private static Problem mistake(String pointer, String expected, String found) {
        return Problem.invalid(
                "The request is wrong at " + pointer + ".",
                List.of(new Problem.Violation(
                        pointer,
                        "request.value-invalid",
                        "This is not what is expected here.",
                        expected,
                        found,
                        "Send " + expected + ".")));
    }
}
