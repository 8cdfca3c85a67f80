package dev.lifeboat.backup.window;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The recovery window of one cluster over HTTP. */
@Path("/api/v1/clusters/{name}/recovery-window")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Recovery window", description = "Which moments can be recovered, from what the stores hold")
public class WindowResource {
    private final Database database;
    private final Fleet fleet;
    private final WindowReader reader;
    private final AuditUpkeep audits;
    private final AuditRecords records;
    private final NamedMoments named;
    private final InstantSource clock;

    WindowResource(
            Database database,
            Fleet fleet,
            WindowReader reader,
            AuditUpkeep audits,
            AuditRecords records,
            NamedMoments named,
            InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.reader = reader;
        this.audits = audits;
        this.records = records;
        this.named = named;
        this.clock = clock;
    }

    /** Lists the stores, and computes. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(
            summary = "Which moments can be recovered now",
            description =
                    "Computed from what each repository lists, never from what an archiver claims. A repository that"
                            + " does not answer is unknown, with the failure; its window is not empty.")
    @APIResponse(responseCode = "200", description = "Windows, gaps, timelines, and the newest moment with its age")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public WindowView window(@PathParam("name") String name) throws InterruptedException {
        DeclaredCluster cluster = database.inTransaction(transaction -> fleet.cluster(transaction, name))
                .orElseThrow(() -> Problem.notFound("cluster", name));
        Optional<Duration> objective = Optional.ofNullable(cluster.spec().objectives())
                .flatMap(objectives -> Optional.ofNullable(objectives.rpo()));
        return WindowView.of(
                name,
                cluster.id(),
                clock.instant(),
                objective,
                reader.read(cluster),
                database.inTransaction(transaction -> records.openGaps(transaction, cluster.id())),
                database.inTransaction(transaction -> named.of(transaction, cluster.id())));
    }

    /** Audits the stores now, instead of within some minutes. */
    @POST
    @Path("audits")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Audit the stores now",
            description =
                    "Audits run by themselves every few minutes: they tell of gaps, of their end, and of archiving"
                            + " that stalls. This is for whoever has just mended something.")
    @APIResponse(responseCode = "202", description = "It begins")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public Response audit(@PathParam("name") String name) {
        database.useTransaction(transaction -> audits.wake(
                transaction, fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name))));
        return Response.accepted()
                .location(URI.create("/api/v1/clusters/" + name + "/recovery-window"))
                .build();
    }
}
