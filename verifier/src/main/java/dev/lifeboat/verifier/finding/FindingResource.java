package dev.lifeboat.verifier.finding;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.verifier.finding.Findings.Finding;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What somebody should look at. */
@Path("/api/v1/findings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "findings")
@RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.AUDITOR})
public class FindingResource {
    private final Database database;

    FindingResource(Database database) {
        this.database = database;
    }

    /** A list. */
    public record Shown(List<Finding> items) {}

    @GET
    @Operation(summary = "The newest findings; open ones only, unless open=false")
    public Shown list(
            @QueryParam("cluster") String cluster,
            @QueryParam("open") @DefaultValue("true") boolean open,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        return new Shown(
                database.inTransaction(handle -> Findings.newest(handle, cluster, open, Math.clamp(limit, 1, 200))));
    }
}
