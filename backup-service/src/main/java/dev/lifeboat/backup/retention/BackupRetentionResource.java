package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.BackupCatalogue;
import dev.lifeboat.backup.retention.RetentionView.DecisionView;
import dev.lifeboat.backup.retention.RetentionView.StoryView;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Why one backup is there, or is not there any more. */
@Path("/api/v1/backups/{id}/retention")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Retention")
public class BackupRetentionResource {
    private final Database database;
    private final BackupCatalogue catalogue;
    private final Retention retention;
    private final Removals removals;

    BackupRetentionResource(Database database, BackupCatalogue catalogue, Retention retention, Removals removals) {
        this.database = database;
        this.catalogue = catalogue;
        this.retention = retention;
        this.removals = removals;
    }

    /** What retention did about it, and says of it now. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(summary = "Why a backup was removed, or why it stays")
    @APIResponse(responseCode = "200", description = "What is said of it now, and the runs that removed it or tried to")
    @APIResponse(responseCode = "404", description = "backup.not-found")
    public StoryView get(@PathParam("id") String id) {
        return database.inTransaction(transaction -> {
            Backup backup = RetentionResource.parsed(id)
                    .flatMap(uuid -> catalogue.find(transaction, uuid))
                    .orElseThrow(() -> Problem.notFound("backup", id));
            Retention.Decided decided = retention.decide(transaction, backup.clusterId());
            Stream<DecisionView> all = DecisionView.of(decided.plan().decisions(), decided.backups()).stream();
            return new StoryView(
                    backup.id(),
                    backup.cluster(),
                    backup.state().name(),
                    all.filter(each -> each.backupId().equals(backup.id()))
                            .findFirst()
                            .orElse(null),
                    removals.ofBackup(transaction, backup.id()));
        });
    }
}
