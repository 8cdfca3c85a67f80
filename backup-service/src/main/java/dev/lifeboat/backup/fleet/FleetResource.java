package dev.lifeboat.backup.fleet;

import static dev.lifeboat.backup.fleet.DeclarationTable.CLUSTERS;
import static dev.lifeboat.backup.fleet.DeclarationTable.REPOSITORIES;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.RepositorySpec;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The fleet as a whole, over HTTP. */
@Path("/api/v1/fleet")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Fleet", description = "What is declared: repositories and clusters")
public class FleetResource {
    private final Database database;
    private final Announcements announcements;

    FleetResource(Database database, Announcements announcements) {
        this.database = database;
        this.announcements = announcements;
    }

    /** What was said again. */
    public record Announced(int repositories, int clusters) {}

    /** Says everything again. */
    @POST
    @Path("announcements")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Say the present state of the whole fleet again",
            description = "For a service that lost its read model. Versions stay as they are: who knows them already"
                    + " ignores them.")
    @APIResponse(responseCode = "200", description = "How many declarations were said again")
    public Announced announce() {
        return database.inTransaction(transaction -> {
            List<Declared<RepositorySpec>> repositories = REPOSITORIES.page(transaction, "", Integer.MAX_VALUE);
            List<Declared<ClusterSpec>> clusters = CLUSTERS.page(transaction, "", Integer.MAX_VALUE);
            repositories.forEach(repository -> announcements.repositoryAgain(transaction, repository));
            clusters.forEach(cluster -> announcements.clusterAgain(transaction, cluster));
            return new Announced(repositories.size(), clusters.size());
        });
    }
}
