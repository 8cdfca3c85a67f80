package dev.lifeboat.backup.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.schemas.fleet.ClusterSpec;
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

/** Clusters over HTTP. */
@Path("/api/v1/clusters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Fleet", description = "What is declared: repositories and clusters")
public class ClusterResource {
    private static final String PATH = "/api/v1/clusters/";

    private final ClusterDeclarations clusters;

    ClusterResource(ClusterDeclarations clusters) {
        this.clusters = clusters;
    }

    /** Declares. */
    @PUT
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Declare a cluster, or change its declaration",
            description =
                    "The document is read as a whole and all its mistakes are said at once. Then the connection is"
                            + " tried: what the declared methods need and the role may not is named with the SQL that gives"
                            + " it. The same document again changes nothing.")
    @RequestBody(
            required = true,
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ClusterSpec.class)),
                @Content(mediaType = "application/yaml", schema = @Schema(implementation = ClusterSpec.class))
            })
    @APIResponse(responseCode = "201", description = "Declared for the first time; Location and ETag are set")
    @APIResponse(responseCode = "200", description = "Changed, or the same as before; warnings tell what to look at")
    @APIResponse(responseCode = "400", description = "Mistakes in the document, each with a JSON pointer")
    @APIResponse(responseCode = "409", description = "The server is another database than the one declared before")
    @APIResponse(responseCode = "412", description = "Not the version that If-Match names")
    @APIResponse(
            responseCode = "422",
            description = "The connection does not do: unreachable, refused, a missing grant")
    public Response declare(
            @PathParam("name") String name,
            @Parameter(description = "false: do not try the connection") @QueryParam("test") @DefaultValue("true")
                    boolean test,
            @HeaderParam("If-Match") String ifMatch,
            @HeaderParam("If-None-Match") String ifNoneMatch,
            @Context HttpHeaders headers,
            byte[] body) {
        Declaration<?> declaration = clusters.declare(
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
    @Operation(summary = "A declared cluster, defaults filled in, secrets by reference")
    @APIResponse(responseCode = "200", description = "The declaration; it can be changed and sent back")
    @APIResponse(responseCode = "404", description = "Not declared")
    public Response get(@PathParam("name") String name) {
        return DeclarationAnswers.one(clusters.get(name));
    }

    /** Reads all. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "All declared clusters, by name, in pages")
    @APIResponse(responseCode = "200", description = "items, and next where there are more")
    public Page<ObjectNode> list(
            @Parameter(description = "what stood in next of the page before") @QueryParam("cursor") String cursor,
            @Parameter(description = "1 to 500, default 50") @QueryParam("limit") Integer limit) {
        int wanted = Page.limit(limit);
        return DeclarationAnswers.page(clusters.page(DeclarationAnswers.after(cursor), wanted + 1), wanted);
    }

    /** Removes. */
    @DELETE
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Take a cluster's declaration back",
            description =
                    "Its schedules are disarmed, running work ends, backups and evidence stay. Declared again it is a"
                            + " new cluster with a new id.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "400", description = "Not confirmed")
    @APIResponse(responseCode = "404", description = "Not declared")
    public Response remove(
            @PathParam("name") String name,
            @Parameter(description = "the cluster's name, again") @QueryParam("confirm") String confirm,
            @HeaderParam("If-Match") String ifMatch) {
        clusters.remove(name, confirm, new Preconditions(ifMatch, null));
        return Response.noContent().build();
    }
}
