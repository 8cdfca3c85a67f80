package dev.lifeboat.restore.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.sandbox.SandboxCredentials;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How to connect to a sandbox that is held. */
@Path("/api/v1/drills/{id}/sandbox")
@Tag(name = "drills")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.OPERATOR)
public class HeldSandboxResource {
    private final Database database;
    private final Recoveries recoveries;
    private final SandboxCredentials credentials;
    private final CurrentPrincipal principal;

    HeldSandboxResource(
            Database database, Recoveries recoveries, SandboxCredentials credentials, CurrentPrincipal principal) {
        this.database = database;
        this.recoveries = recoveries;
        this.credentials = credentials;
        this.principal = principal;
    }

    /** What a client needs. */
    record Connection(String host, int port, String user, String password, List<String> databases, Instant heldUntil) {}

    /** How to connect while it is held. */
    @GET
    @Operation(summary = "How to connect to the sandbox while it is held", description = "For operators; audited.")
    public Response get(@PathParam("id") UUID id) {
        JsonNode answer = database.inTransaction(tx -> {
            var secret = credentials.forOperator(tx, id, principal.name());
            Recovery recovery = recoveries.find(tx, id).orElseThrow(() -> Problem.notFound("drill", id.toString()));
            var sandbox = recovery.facts().sandbox();
            Instant until = recovery.state() instanceof RecoveryState.Held held ? held.until() : null;
            return EventJson.mapper()
                    .valueToTree(new Connection(
                            sandbox.address(),
                            sandbox.port(),
                            secret.user(),
                            secret.password(),
                            sandbox.databases(),
                            until));
        });
        CacheControl never = new CacheControl();
        never.setNoStore(true);
        return Response.ok(answer).cacheControl(never).build();
    }
}
