package dev.lifeboat.backup.backup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.problem.Problem.Violation;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Holds a backup in place for a recovery; for the services among themselves. */
@Path("/internal/v1/backups/{id}/pins/{recoveryId}")
@RolesAllowed(Roles.SERVICE)
public class PinResource {
    private static final Logger LOG = Logger.getLogger(PinResource.class);

    private final Database database;
    private final BackupPins pins;

    /** Writes pins. */
    public PinResource(Database database, BackupPins pins) {
        this.database = database;
        this.pins = pins;
    }

    /** Pins, or renews: {@code {"expiresAt":"2026-11-21T08:00:00Z"}}. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    public void pin(@PathParam("id") String id, @PathParam("recoveryId") String recoveryId, JsonNode body) {
        Instant expiresAt = expiresAt(body);
        database.useTransaction(
                transaction -> pins.pin(transaction, id("backup", id), id("recovery", recoveryId), expiresAt));
        LOG.infof("backup %s is held for recovery %s until %s", id, recoveryId, expiresAt);
    }

    /** Lets go. */
    @DELETE
    public void unpin(@PathParam("id") String id, @PathParam("recoveryId") String recoveryId) {
        database.useTransaction(transaction -> pins.unpin(transaction, id("backup", id), id("recovery", recoveryId)));
        LOG.infof("backup %s is not held for recovery %s any more", id, recoveryId);
    }

    private static UUID id(String what, String text) {
        return BackupViews.parsed(text).orElseThrow(() -> Problem.notFound(what, text));
    }

    private static Instant expiresAt(JsonNode body) {
        String text = body == null ? "" : body.path("expiresAt").asText("");
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException noTime) {
            throw Problem.invalid(
                    "The pin has no end.",
                    List.of(new Violation(
                            "/expiresAt",
                            "field.value",
                            "This is no RFC 3339 time.",
                            "e.g. 2026-11-21T08:00:00Z",
                            text,
                            null)));
        }
    }
}
