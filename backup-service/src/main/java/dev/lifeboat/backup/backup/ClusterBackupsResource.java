package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.backup.BackupRequests.Wanted;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Cursor;
import dev.lifeboat.platform.problem.Idempotency;
import dev.lifeboat.platform.problem.Page;
import dev.lifeboat.platform.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** The backups of one cluster over HTTP. */
@Path("/api/v1/clusters/{name}/backups")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups", description = "Backups: asked for, followed, cancelled")
public class ClusterBackupsResource {
    private final Database database;
    private final Fleet fleet;
    private final BackupRequests requests;
    private final BackupCatalogue catalogue;
    private final BackupMethods methods;
    private final BackupViews views;
    private final Idempotency idempotency;

    ClusterBackupsResource(
            Database database,
            Fleet fleet,
            BackupRequests requests,
            BackupCatalogue catalogue,
            BackupMethods methods,
            BackupViews views,
            Idempotency idempotency) {
        this.database = database;
        this.fleet = fleet;
        this.requests = requests;
        this.catalogue = catalogue;
        this.methods = methods;
        this.views = views;
        this.idempotency = idempotency;
    }

    /** Asks for a backup. Sent again with the same {@code Idempotency-Key}, the answer is the first one's backup. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    public Response request(
            @PathParam("name") String cluster,
            @HeaderParam(Idempotency.HEADER) String key,
            JsonNode body,
            @Context SecurityContext caller) {
        String principal = caller.getUserPrincipal().getName();
        return database.inTransaction(transaction -> {
            URI location = idempotency
                    .once(
                            transaction,
                            principal,
                            key,
                            "POST /api/v1/clusters/" + cluster + "/backups",
                            body,
                            () -> wanted(transaction, cluster, body, principal))
                    .location();
            return Response.accepted(views.of(transaction, views.known(transaction, idIn(location))))
                    .location(location)
                    .build();
        });
    }

    private URI wanted(Handle transaction, String cluster, JsonNode body, String principal) {
        var declared = fleet.cluster(transaction, cluster).orElseThrow(() -> Problem.notFound("cluster", cluster));
        var policy = BackupWish.read(body, declared.spec(), methods.names());
        UUID id = requests.request(transaction, new Wanted(cluster, policy, principal));
        return URI.create("/api/v1/backups/" + id);
    }

    private static String idIn(URI location) {
        return location.getPath().substring(location.getPath().lastIndexOf('/') + 1);
    }

    /** All backups of a cluster, newest first, page by page. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    public Page<BackupView> list(
            @PathParam("name") String cluster,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer asked) {
        int limit = Page.limit(asked);
        Optional<Cursor.Moment> after = Cursor.decodeMoment(cursor);
        return database.inTransaction(transaction -> {
            List<Backup> found = catalogue.newest(transaction, cluster, after, limit + 1);
            if (found.isEmpty() && fleet.cluster(transaction, cluster).isEmpty()) {
                throw Problem.notFound("cluster", cluster);
            }
            Page<Backup> page = Page.of(found, limit, backup -> Cursor.at(backup.requestedAt(), backup.id()));
            return new Page<>(
                    page.items().stream()
                            .map(backup -> views.of(transaction, backup))
                            .toList(),
                    page.next());
        });
    }
}
