package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Repositories over HTTP. */
@Path("/api/v1/repositories")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Fleet", description = "What is declared: repositories and clusters")
public class RepositoryResource {
    private static final String PATH = "/api/v1/repositories/";

    private final RepositoryDeclarations repositories;

    RepositoryResource(RepositoryDeclarations repositories) {
        this.repositories = repositories;
    }

    /** Declares. */
    @PUT
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Declare a repository, or change its declaration",
            description =
                    "The document is read as a whole and all its mistakes are said at once. Then a small object is"
                            + " written, read and removed in the bucket. The same document again changes nothing.")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = RepositorySpec.class)),
                @Content(mediaType = "application/yaml", schema = @Schema(implementation = RepositorySpec.class))
            })
    @APIResponse(responseCode = "201", description = "Declared for the first time; Location and ETag are set")
    @APIResponse(responseCode = "200", description = "Changed, or the same as before; warnings tell what to look at")
    @APIResponse(responseCode = "400", description = "Mistakes in the document, each with a JSON pointer")
    @APIResponse(responseCode = "409", description = "repository.encryption-fixed")
    @APIResponse(responseCode = "412", description = "Not the version that If-Match names")
    @APIResponse(
            responseCode = "422",
            description = "The bucket cannot be used: missing, wrong key, untrusted certificate")
    public Response declare(
            @PathParam("name") String name,
            @Parameter(description = "false: do not try the bucket") @QueryParam("test") @DefaultValue("true")
                    boolean test,
            @HeaderParam("If-Match") String ifMatch,
            @HeaderParam("If-None-Match") String ifNoneMatch,
            @Context HttpHeaders headers,
            byte[] body) {
        Declaration<?> declaration = repositories.declare(
                name,
                DeclarationAnswers.document(body, headers.getMediaType()),
                new Preconditions(ifMatch, ifNoneMatch),
                test);
        return DeclarationAnswers.declared(declaration, PATH);
    }

    /** Reads one. */
    @GET
    @Path("{name}")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "A declared repository, defaults filled in, secrets by reference")
    @APIResponse(responseCode = "200", description = "The declaration; it can be changed and sent back")
    @APIResponse(responseCode = "404", description = "Not declared")
    public Response get(@PathParam("name") String name) {
        return DeclarationAnswers.one(repositories.get(name));
    }

    /** Reads all. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "All declared repositories, by name, in pages")
    @APIResponse(responseCode = "200", description = "items, and next where there are more")
    public Page<ObjectNode> list(
            @Parameter(description = "what stood in next of the page before") @QueryParam("cursor") String cursor,
            @Parameter(description = "1 to 500, default 50") @QueryParam("limit") Integer limit) {
        int wanted = Page.limit(limit);
        return DeclarationAnswers.page(repositories.page(DeclarationAnswers.after(cursor), wanted + 1), wanted);
    }

    /** Removes. */
    @DELETE
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Take a repository's declaration back",
            description = "What it holds stays. Refused while a cluster names it.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "404", description = "Not declared")
    @APIResponse(responseCode = "409", description = "Clusters use it; they are named")
    public Response remove(@PathParam("name") String name, @HeaderParam("If-Match") String ifMatch) {
        repositories.remove(name, new Preconditions(ifMatch, null));
        return Response.noContent().build();
    }
}
