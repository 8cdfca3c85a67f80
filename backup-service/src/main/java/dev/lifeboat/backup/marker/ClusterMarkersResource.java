package dev.lifeboat.backup.marker;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How the writing of a cluster's markers goes. */
@Path("/api/v1/clusters/{name}/markers")
@Produces(MediaType.APPLICATION_JSON)
public class ClusterMarkersResource {
    private final Database database;
    private final Fleet fleet;

    /** Reads rows. */
    ClusterMarkersResource(Database database, Fleet fleet) {
        this.database = database;
        this.fleet = fleet;
    }

    /**
     * How it goes.
     *
     * @param state {@code off}, {@code writing}, {@code failing}, or {@code starting} before either is known
     * @param newest when the newest one was written, by the cluster's clock
     * @param trouble what stands in the way
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record View(String state, Duration every, Instant newest, Failure trouble, Instant troubleSince) {}

    /** As it stands. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR})
    public View get(@PathParam("name") String name) {
        return database.inTransaction(tx -> {
            var cluster = fleet.cluster(tx, name).orElseThrow(() -> Problem.notFound("cluster", name));
            if (!cluster.spec().writesMarkers()) {
                return new View("off", null, null, null, null);
            }
            Duration every = cluster.spec().markersEvery();
            Optional<MarkerWriters.Standing> standing = MarkerWriters.find(tx, cluster.id());
            return standing.filter(row -> row.newest() != null || row.trouble() != null)
                    .map(row -> new View(
                            row.trouble() != null ? "failing" : "writing",
                            every,
                            row.newest(),
                            row.trouble(),
                            row.troubleSince()))
                    .orElseGet(() -> new View("starting", every, null, null, null));
        });
    }
}
