package dev.lifeboat.verifier.verification;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.ledger.LedgerPosition;
import dev.lifeboat.verifier.verification.Verifications.Verification;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What was looked at and what it came to. The id is that of the recovery. */
@Path("/api/v1/verifications")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "verifications")
@RolesAllowed({Roles.VIEWER, Roles.OPERATOR, Roles.AUDITOR})
public class VerificationResource {
    private final Database database;

    VerificationResource(Database database) {
        this.database = database;
    }

    /** A verification as shown. */
    public record View(
            UUID recoveryId,
            String cluster,
            int attempt,
            String state,
            Verdict verdict,
            String reason,
            Instant startedAt,
            Instant completedAt,
            List<CheckResult> checks,
            LedgerPosition evidence) {}

    /** A list. */
    public record Views(List<View> items) {}

    @GET
    @Operation(summary = "The newest verifications")
    public Views list(@QueryParam("cluster") String cluster, @QueryParam("limit") @DefaultValue("50") int limit) {
        return new Views(
                database
                        .inTransaction(handle -> Verifications.newest(handle, cluster, Math.clamp(limit, 1, 200)))
                        .stream()
                        .map(VerificationResource::view)
                        .toList());
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One verification with each of its checks")
    public View get(@PathParam("id") UUID id) {
        return database.inTransaction(handle -> Verifications.find(handle, id))
                .map(VerificationResource::view)
                .orElseThrow(() -> Problem.notFound("verification", id.toString()));
    }

    private static View view(Verification row) {
        return new View(
                row.recoveryId(),
                row.cluster(),
                row.attempt(),
                row.ending() == null ? row.checksState().name().toLowerCase(Locale.ROOT) : row.ending(),
                row.verdict(),
                row.reason(),
                row.startedAt(),
                row.completedAt(),
                row.checks(),
                row.evidence());
    }
}
