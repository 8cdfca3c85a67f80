package dev.lifeboat.restore.run;

import java.time.Instant;
import java.util.UUID;

/** Keeps what a recovery reads from expiring meanwhile; kept by backup-service. */
public interface BackupPins {

    /**
     * Pins a backup with its chain, or pins it for longer.
     *
     * @throws dev.lifeboat.restore.archive.NotCarriedOut if its expiry has begun, if it is not known there, or if
     *     backup-service does not answer (passing)
     */
    void pin(UUID backupId, UUID recoveryId, Instant expiresAt);

    /**
     * Lets go of it; it would expire by itself, too.
     *
     * @return false if backup-service did not take it
     */
    boolean release(UUID backupId, UUID recoveryId);
}
