package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Holds backups in place while somebody reads them. A pin covers the whole chain that a backup depends on. Pinning and
 * the beginning of expiry lock the same rows, so one of them sees the other.
 */
@ApplicationScoped
public class BackupPins {
    /** The backup itself and what it depends on; labels are unique within a repository. */
    private static final String CHAIN =
            """
            select c.id, c.state from backup b join backup c on c.id = b.id or (c.cluster_id = b.cluster_id
              and c.repository = b.repository and c.label is not null
              and jsonb_exists(b.outcome -> 'priorLabels', c.label))
            where b.id = :id order by c.id for update of c
            """;

    private final InstantSource clock;

    /** Reads the time from the given clock. */
    public BackupPins(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Pins a backup for a recovery, or renews the pin.
     *
     * @throws Problem 404 if there is no such backup, 409 {@code backup.expiring} if it or what it depends on is going or
     *     gone, 409 {@code backup.not-usable} if it never was completed
     */
    public void pin(Handle transaction, UUID backupId, UUID recoveryId, Instant expiresAt) {
        var states = transaction
                .createQuery(CHAIN)
                .bind("id", backupId)
                .map((row, context) -> row.getString("state"))
                .list();
        if (states.isEmpty()) {
            throw Problem.notFound("backup", backupId.toString());
        }
        for (String state : states) {
            if (state.startsWith("expir")) {
                throw Problem.of(
                        409,
                        new Failure(
                                "backup.expiring",
                                "The backup, or one that it depends on, is being removed by retention.",
                                "completed",
                                state,
                                "Choose another backup of the cluster."));
            }
            if (!state.equals("completed")) {
                throw Problem.of(
                        409,
                        new Failure(
                                "backup.not-usable",
                                "Only a completed backup can be read.",
                                "completed",
                                state,
                                "Choose a completed backup of the cluster."));
            }
        }
        transaction
                .createUpdate(
                        "insert into backup_pin (backup_id, recovery_id, expires_at) values (:backup, :recovery,"
                                + " :expires) on conflict (backup_id, recovery_id) do update set expires_at = excluded.expires_at")
                .bind("backup", backupId)
                .bind("recovery", recoveryId)
                .bind("expires", expiresAt.atOffset(ZoneOffset.UTC))
                .execute();
    }

    /** Lets go; nothing happens if there was no pin. */
    public void unpin(Handle transaction, UUID backupId, UUID recoveryId) {
        transaction
                .createUpdate("delete from backup_pin where backup_id = :backup and recovery_id = :recovery")
                .bind("backup", backupId)
                .bind("recovery", recoveryId)
                .execute();
    }

    /**
     * A pin that has not ended.
     *
     * @param expiresAt when it ends unless it is renewed
     */
    public record Pin(UUID backupId, UUID recoveryId, Instant expiresAt) {}

    /** All pins of a cluster's backups, on what was pinned itself: the chains below are for the caller to follow. */
    public List<Pin> of(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select p.* from backup_pin p join backup b on b.id = p.backup_id"
                        + " where b.cluster_id = :cluster and p.expires_at > :now order by p.recovery_id")
                .bind("cluster", clusterId)
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .map((row, context) -> new Pin(
                        row.getObject("backup_id", UUID.class),
                        row.getObject("recovery_id", UUID.class),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    /**
     * Whether a backup is read by somebody now, itself or as part of a chain. The caller has locked its row, so that the
     * answer holds until the end of the transaction.
     */
    public boolean pinned(Handle transaction, UUID backupId) {
        return transaction
                .createQuery(
                        """
                select exists (select from backup b
                  join backup d on d.id = b.id or (d.cluster_id = b.cluster_id
                    and d.repository = b.repository and b.label is not null
                    and jsonb_exists(d.outcome -> 'priorLabels', b.label))
                  join backup_pin p on p.backup_id = d.id
                  where b.id = :id and p.expires_at > :now)
                """)
                .bind("id", backupId)
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .mapTo(boolean.class)
                .one();
    }
}
