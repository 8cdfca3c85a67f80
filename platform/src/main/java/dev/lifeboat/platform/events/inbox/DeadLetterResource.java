package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import io.quarkus.security.identity.SecurityIdentity;
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
    private static final int MOST = 500;

    private final Database database;
    private final DeadLetterReplay replay;
    private final SecurityIdentity caller;

    DeadLetterResource(Database database, DeadLetterReplay replay, SecurityIdentity caller) {
        this.database = database;
        this.replay = replay;
        this.caller = caller;
    }

    /**
     * Some of them.
     *
     * @param items oldest first, without their bytes
     * @param nextCursor to ask for those behind; absent at the end
     */
    public record Page(List<DeadLetter> items, String nextCursor) {}

    /** Why it shall not be taken. */
    public record Dismissal(String reason) {}

    /** Lists them. */
    @GET
    public Page list(
            @QueryParam("state") @DefaultValue("open") String state,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        UUID behind = cursor == null ? null : id(cursor, "/cursor");
        if (!STATES.contains(state)) {
            throw mistake("/state", "one of open, replayed, dismissed, all", state);
        }
        if (limit < 1 || limit > MOST) {
            throw mistake("/limit", "1 to " + MOST, Integer.toString(limit));
        }
        List<DeadLetter> items = database.inTransaction(
                handle -> DeadLetterTable.list(handle, behind, state.equals("all") ? null : state, limit));
        return new Page(
                items, items.size() < limit ? null : items.getLast().id().toString());
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
        return replay.replay(id(id, "/id"), caller.getPrincipal().getName());
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
        return replay.dismiss(id(id, "/id"), caller.getPrincipal().getName(), dismissal.reason());
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
