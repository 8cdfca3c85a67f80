package dev.lifeboat.platform.problem;

import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/** A resource as services have them, to see what the platform makes of it. */
@Path("/")
public class ThingResource {
    private final Database database;
    private final Operations operations;
    private final Idempotency idempotency;
    private final CurrentPrincipal caller;

    ThingResource(Database database, Operations operations, Idempotency idempotency, CurrentPrincipal caller) {
        this.database = database;
        this.operations = operations;
        this.idempotency = idempotency;
        this.caller = caller;
    }

    /** How big. */
    public enum Size {
        SMALL,
        LARGE
    }

    /** Somebody's. */
    public record Owner(String name, Duration since) {}

    /** Asked for. */
    public record Thing(String name, Size size, Instant due, List<Owner> owners) {}

    @POST
    @Path("/api/v1/things")
    @RolesAllowed(Roles.OPERATOR)
    public Response make(@HeaderParam(Idempotency.HEADER) String key, Thing thing) {
        Idempotency.Answer answer = database.inTransaction(
                tx -> idempotency.once(tx, caller.name(), key, "POST /api/v1/things", thing, () -> {
                    UUID id = UUID.randomUUID();
                    operations.submit(tx, new Operations.Request(id, "thing", thing.name(), null));
                    return URI.create("/api/v1/things/" + id);
                }));
        return Response.accepted().location(answer.location()).build();
    }

    @GET
    @Path("/api/v1/things")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR})
    public Page<Integer> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        int first = Cursor.decode(cursor, 1)
                .map(at -> Integer.parseInt(at.values().getFirst()) + 1)
                .orElse(1);
        int size = Page.limit(limit);
        List<Integer> oneMore =
                IntStream.rangeClosed(first, Math.min(5, first + size)).boxed().toList();
        return Page.of(oneMore, size, Cursor::at);
    }

    @GET
    @Path("/api/v1/things/missing")
    public Thing missing() {
        throw Problem.notFound("thing", "missing");
    }

    @GET
    @Path("/api/v1/things/broken")
    public Thing broken() {
        throw new IllegalStateException("the password is hunter2");
    }

    @PUT
    @Path("/internal/v1/things")
    @RolesAllowed(Roles.SERVICE)
    public Map<String, String> internal(Thing thing) {
        return Map.of("name", thing.name().toUpperCase(Locale.ROOT));
    }

    @GET
    @Path("/elsewhere")
    public String elsewhere() {
        return "nobody thought of rules for this";
    }
}
