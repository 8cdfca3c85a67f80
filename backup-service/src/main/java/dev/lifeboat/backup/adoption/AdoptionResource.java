package dev.lifeboat.backup.adoption;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Adoption over HTTP. */
@Path("/api/v1/clusters/{name}/adoptions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups", description = "Backups: asked for, followed, cancelled")
public class AdoptionResource {
    private final Adoption adoption;

    AdoptionResource(Adoption adoption) {
        this.adoption = adoption;
    }

    /** Adopts. Asked again, it takes what was added since. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Take the backups of an existing pgBackRest stanza into the catalogue",
            description =
                    "The stanza lies in one of the cluster's repositories and is left as it is: retention never removes what"
                            + " was adopted. Asked again, it takes what was added since; ids stay the same.")
    @APIResponse(responseCode = "200", description = "Its backups, and what was left out and why")
    @APIResponse(responseCode = "400", description = "adoption.invalid")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    @APIResponse(responseCode = "409", description = "adoption.elsewhere: another declaration has them")
    @APIResponse(
            responseCode = "422",
            description = "adoption.stanza-missing, adoption.stanza-unreadable, adoption.encryption-differs,"
                    + " adoption.database-unknown, adoption.other-database")
    public AdoptionView adopt(@PathParam("name") String cluster, JsonNode body, @Context SecurityContext caller) {
        return adoption.adopt(cluster, body, caller.getUserPrincipal().getName());
    }
}
