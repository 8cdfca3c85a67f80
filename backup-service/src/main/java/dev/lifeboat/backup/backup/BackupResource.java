package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One backup over HTTP. */
@Path("/api/v1/backups")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class BackupResource {
    private final Database database;
    private final Operations operations;
    private final BackupViews views;

    BackupResource(Database database, Operations operations, BackupViews views) {
        this.database = database;
        this.operations = operations;
        this.views = views;
    }

    /** One backup. */
    @GET
    @Path("{id}")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    public BackupView get(@PathParam("id") String id) {
        return database.inTransaction(transaction -> views.of(transaction, views.known(transaction, id)));
    }

    /** Cancels a backup that is requested or running. */
    @DELETE
    @Path("{id}")
    @RolesAllowed(Roles.OPERATOR)
    public Response cancel(@PathParam("id") String id, @Context SecurityContext caller) {
        BackupView view = database.inTransaction(transaction -> {
            Backup backup = views.known(transaction, id);
            boolean asked = operations.cancel(
                    transaction, backup.id(), caller.getUserPrincipal().getName());
            if (!asked) {
                throw Problem.of(
                        409,
                        new Failure(
                                "backup.not-running",
                                "Only a backup that is requested or running can be cancelled.",
                                "requested or running",
                                backup.state().name(),
                                "Completed backups are removed by retention."));
            }
            return views.of(transaction, backup);
        });
        return Response.accepted(view).build();
    }
}
