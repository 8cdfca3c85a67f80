package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.backup.backup.BackupRequests.Wanted;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import dev.lifeboat.schemas.Failure;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
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
import org.jdbi.v3.core.Handle;

/** Backups over HTTP. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
public class BackupResource {
    private static final int MOST_PER_PAGE = 200;

    private final Database database;
    private final Fleet fleet;
    private final BackupRequests requests;
    private final BackupCatalogue catalogue;
    private final BackupMethods methods;
    private final Operations operations;

    /** Reads and writes through the catalogue. */
    public BackupResource(
            Database database,
            Fleet fleet,
            BackupRequests requests,
            BackupCatalogue catalogue,
            BackupMethods methods,
            Operations operations) {
        this.database = database;
        this.fleet = fleet;
        this.requests = requests;
        this.catalogue = catalogue;
        this.methods = methods;
        this.operations = operations;
    }

    /** A page of backups, newest first; {@code next} is the cursor of the page after it, absent on the last. */
    @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
    public record Page(List<BackupView> items, String next) {}

    /** Asks for a backup. */
    @POST
    @Path("/clusters/{name}/backups")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @RunOnVirtualThread
    public Response request(@PathParam("name") String cluster, JsonNode body, @Context SecurityContext caller) {
        BackupView made = database.inTransaction(transaction -> {
            var declared = fleet.cluster(transaction, cluster).orElseThrow(() -> Problem.notFound("cluster", cluster));
            var policy = BackupWish.read(body, declared.spec(), methods.names());
            UUID id = requests.request(
                    transaction,
                    new Wanted(cluster, policy, caller.getUserPrincipal().getName()));
            return view(transaction, catalogue.find(transaction, id).orElseThrow());
        });
        return Response.accepted(made)
                .location(URI.create("/api/v1/backups/" + made.id()))
                .build();
    }

    /** All backups of a cluster, page by page. */
    @GET
    @Path("/clusters/{name}/backups")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @RunOnVirtualThread
    public Page list(
            @PathParam("name") String cluster,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") @DefaultValue("50") int limit) {
        Optional<BackupCursor> after = cursor == null ? Optional.empty() : Optional.of(parse(cursor));
        int size = Math.max(1, Math.min(MOST_PER_PAGE, limit));
        return database.inTransaction(transaction -> {
            List<Backup> found = catalogue.newest(transaction, cluster, after, size + 1);
            if (found.isEmpty() && fleet.cluster(transaction, cluster).isEmpty()) {
                throw Problem.notFound("cluster", cluster);
            }
            List<Backup> shown = found.subList(0, Math.min(size, found.size()));
            return new Page(
                    shown.stream().map(backup -> view(transaction, backup)).toList(),
                    found.size() <= size
                            ? null
                            : new BackupCursor(
                                            shown.getLast().requestedAt(),
                                            shown.getLast().id())
                                    .text());
        });
    }

    /** One backup. */
    @GET
    @Path("/backups/{id}")
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @RunOnVirtualThread
    public BackupView get(@PathParam("id") String id) {
        return database.inTransaction(transaction -> view(transaction, known(transaction, id)));
    }

    /** Cancels a backup that is requested or running. */
    @DELETE
    @Path("/backups/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @RunOnVirtualThread
    public Response cancel(@PathParam("id") String id, @Context SecurityContext caller) {
        BackupView view = database.inTransaction(transaction -> {
            Backup backup = known(transaction, id);
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
            return view(transaction, backup);
        });
        return Response.accepted(view).build();
    }

    private BackupView view(Handle transaction, Backup backup) {
        return BackupView.of(backup, operations.find(transaction, backup.id()));
    }

    private Backup known(Handle transaction, String id) {
        return parsed(id)
                .flatMap(uuid -> catalogue.find(transaction, uuid))
                .orElseThrow(() -> Problem.notFound("backup", id));
    }

    static Optional<UUID> parsed(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    private static BackupCursor parse(String cursor) {
        return BackupCursor.parse(cursor)
                .orElseThrow(() -> Problem.invalid(
                        "The cursor is not one of ours.",
                        List.of(new Violation(
                                "?cursor",
                                "field.value",
                                "This is no cursor.",
                                "the value of \"next\" of a page",
                                cursor,
                                null))));
    }
}
