package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jdbi.v3.core.Handle;

/** The WAL of one cluster over HTTP. */
@Path("/api/v1/clusters/{name}/wal")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "WAL", description = "How a cluster's write-ahead log gets into the object store")
public class StreamResource {
    private final Database database;
    private final Fleet fleet;
    private final Streams streams;
    private final Operations operations;

    StreamResource(Database database, Fleet fleet, Streams streams, Operations operations) {
        this.database = database;
        this.fleet = fleet;
        this.streams = streams;
        this.operations = operations;
    }

    /** How it stands. */
    @GET
    @RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.APPROVER, Roles.AUDITOR, Roles.SERVICE})
    @Operation(
            summary = "How far the stream of a cluster's WAL is",
            description =
                    "As of its last note, at most some seconds old; positions.at says when. What can be recovered is"
                            + " answered by the recovery window, from what the store holds.")
    @APIResponse(
            responseCode = "200",
            description = "State, positions, lag, what the server keeps, and a failure if there is one")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    public StreamView get(@PathParam("name") String name) {
        return database.inTransaction(transaction -> {
            DeclaredCluster cluster = declared(transaction, name);
            return StreamView.of(cluster.spec(), streams.find(transaction, cluster.id()));
        });
    }

    /** Tries a stream now that is blocked or waits. */
    @POST
    @Path("resume")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(
            summary = "Try a stream now that is blocked or waits",
            description =
                    "With acceptGap=true it goes on behind WAL that the server no longer has and the store never got."
                            + " No recovery gets across such a gap; a new base backup is asked for.")
    @APIResponse(responseCode = "202", description = "It is tried; GET tells what came of it")
    @APIResponse(responseCode = "404", description = "cluster.not-found")
    @APIResponse(responseCode = "409", description = "wal.not-streamed")
    public Response resume(@PathParam("name") String name, @QueryParam("acceptGap") boolean acceptGap) {
        StreamView view = database.inTransaction(transaction -> {
            DeclaredCluster cluster = declared(transaction, name);
            ClusterStream stream = streams.find(transaction, cluster.id())
                    .filter(present -> present.state() != StreamState.ENDED)
                    .orElseThrow(() -> notStreamed(name));
            operations.wake(transaction, stream.operationId());
            streams.ask(transaction, cluster.id(), acceptGap);
            return StreamView.of(cluster.spec(), Optional.of(stream));
        });
        return Response.accepted(view).build();
    }

    private static Problem notStreamed(String name) {
        return Problem.of(
                409,
                new Failure(
                        "wal.not-streamed",
                        "The WAL of this cluster is not streamed.",
                        "a cluster declared with wal.mode: stream",
                        "cluster " + name,
                        "Declare it so: PUT /api/v1/clusters/" + name));
    }

    private DeclaredCluster declared(Handle transaction, String name) {
        return fleet.cluster(transaction, name).orElseThrow(() -> Problem.notFound("cluster", name));
    }
}
