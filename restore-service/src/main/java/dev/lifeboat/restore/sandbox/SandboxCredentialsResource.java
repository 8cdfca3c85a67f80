package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The one-time password of a sandbox, for the verifier. */
@Path("/internal/v1/sandboxes")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.SERVICE)
public class SandboxCredentialsResource {
    private final Database database;
    private final SandboxCredentials credentials;
    private final CurrentPrincipal principal;

    SandboxCredentialsResource(Database database, SandboxCredentials credentials, CurrentPrincipal principal) {
        this.database = database;
        this.credentials = credentials;
        this.principal = principal;
    }

    /** The password, to one verification. */
    @GET
    @Path("/{recoveryId}/credentials")
    @Operation(
            summary = "The one-time password of an attempt's sandbox",
            description = "To one verification per attempt; when it asks again, it gets a new one. Audited.")
    public Response get(
            @PathParam("recoveryId") UUID recoveryId,
            @QueryParam("attempt") Integer attempt,
            @QueryParam("verification") UUID verification) {
        if (attempt == null) {
            throw Problem.of(
                    400,
                    new Failure(
                            "sandbox.attempt-missing",
                            "The attempt is missing.",
                            "?attempt=N, as sandbox.ready says it",
                            null,
                            null));
        }
        SandboxCredentials.Credentials found = database.inTransaction(
                tx -> credentials.forChecks(tx, recoveryId, attempt, verification, principal.name()));
        CacheControl never = new CacheControl();
        never.setNoStore(true);
        return Response.ok(found).cacheControl(never).build();
    }
}
