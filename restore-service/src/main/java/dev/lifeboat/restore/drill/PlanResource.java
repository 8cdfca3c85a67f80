package dev.lifeboat.restore.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.auth.CurrentPrincipal;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.restore.recovery.Wanted;
import dev.lifeboat.restore.run.PlanOnly;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a drill would do, without doing it. */
@Path("/api/v1/plans")
@Tag(name = "drills")
@Produces(MediaType.APPLICATION_JSON)
public class PlanResource {
    private final Database database;
    private final DrillOrders orders;
    private final RecoveryRequests requests;
    private final PlanOnly plans;
    private final CurrentPrincipal principal;

    PlanResource(
            Database database,
            DrillOrders orders,
            RecoveryRequests requests,
            PlanOnly plans,
            CurrentPrincipal principal) {
        this.database = database;
        this.orders = orders;
        this.requests = requests;
        this.plans = plans;
        this.principal = principal;
    }

    /** The plan of a drill that nobody runs. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Plan a drill without running it", description = "Chain, bytes, estimate, preflight.")
    public JsonNode plan(JsonNode body) throws InterruptedException {
        DrillRequest request = DrillRequest.read(body);
        Wanted wanted = database.inTransaction(tx -> {
            var cluster = orders.cluster(tx, request.cluster());
            return requests.wanted(cluster, orders.order(tx, cluster, request, principal.name()));
        });
        try {
            return EventJson.mapper().valueToTree(plans.plan(wanted));
        } catch (DoesNotRestore e) {
            throw Problem.of(422, e.failure());
        } catch (NotCarriedOut e) {
            throw Problem.of(e.isPassing() ? 503 : 409, e.failure());
        } catch (StoreException e) {
            throw Problem.of(e.fault().retryable() ? 503 : 502, e.fault().failure());
        } catch (SecretException e) {
            throw Problem.of(409, e.failure());
        }
    }
}
