package dev.lifeboat.backup.marker;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Which markers lie on both sides of a target; for the services among themselves. */
@Path("/internal/v1/clusters/{id}/markers")
@RolesAllowed(Roles.SERVICE)
@Produces(MediaType.APPLICATION_JSON)
public class MarkerResource {
    private static final Pattern LSN = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

    private final Database database;
    private final MarkerRecord record;

    /** Reads the record. */
    MarkerResource(Database database, MarkerRecord record) {
        this.database = database;
        this.record = record;
    }

    /**
     * The last marker that was committed before, and the first that was written after.
     *
     * @param at a moment; else {@code lsn}
     * @param lsn a position
     * @param inclusive whether the moment itself counts as before, default true
     * @param timeline that the recovery followed
     */
    @GET
    public MarkerRecord.Around around(
            @PathParam("id") UUID cluster,
            @QueryParam("at") String at,
            @QueryParam("lsn") String lsn,
            @QueryParam("inclusive") Boolean inclusive,
            @QueryParam("timeline") int timeline) {
        if (at != null) {
            Instant moment = moment(at);
            return database.inTransaction(
                    tx -> record.around(tx, cluster, moment, !Boolean.FALSE.equals(inclusive), timeline));
        }
        if (lsn == null || !LSN.matcher(lsn).matches()) {
            throw mistake("/lsn", "a position in the WAL, as 16/B374D848; or at", lsn);
        }
        return database.inTransaction(tx -> record.around(tx, cluster, lsn, timeline));
    }

    private static Instant moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw mistake("/at", "a moment with its offset (RFC 3339)", text);
        }
    }

    private static Problem mistake(String pointer, String expected, String found) {
        return Problem.invalid(
                "Markers cannot be asked for like this.",
                List.of(new Violation(pointer, "field.value", "This is no target.", expected, found, null)));
    }
}
