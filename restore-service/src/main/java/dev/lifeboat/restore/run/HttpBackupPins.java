package dev.lifeboat.restore.run;

import dev.lifeboat.platform.auth.ServiceCallFailed;
import dev.lifeboat.platform.auth.ServiceClients;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Pins at backup-service. */
@ApplicationScoped
public class HttpBackupPins implements BackupPins {
    private static final Logger LOG = Logger.getLogger(HttpBackupPins.class);
    private static final String SERVICE = "backup";

    private final ServiceClients services;

    HttpBackupPins(ServiceClients services) {
        this.services = services;
    }

    /** The body of a pin. */
    record Pin(Instant expiresAt) {}

    @Override
    public void pin(UUID backupId, UUID recoveryId, Instant expiresAt) {
        try {
            services.of(SERVICE).put(path(backupId, recoveryId), new Pin(expiresAt), Void.class);
        } catch (ServiceCallFailed e) {
            throw switch (e.status()) {
                case 409 ->
                    NotCarriedOut.forGood(
                            refused(e, "Its expiry has begun. Name another backup, or none for the latest."));
                case 404 ->
                    NotCarriedOut.forGood(refused(e, "backup-service does not know it. Was it removed by hand?"));
                default -> e.retryable() ? NotCarriedOut.forNow(e.failure(), e) : NotCarriedOut.forGood(e.failure());
            };
        }
    }

    @Override
    public boolean release(UUID backupId, UUID recoveryId) {
        try {
            services.of(SERVICE).delete(path(backupId, recoveryId));
            return true;
        } catch (ServiceCallFailed e) {
            LOG.warnf("the pin of backup %s for recovery %s stays until it expires: %s", backupId, recoveryId, e);
            return e.status() == 404;
        }
    }

    private static Failure refused(ServiceCallFailed e, String hint) {
        Failure said = e.failure();
        return new Failure(
                "backup.not-pinned",
                "The backup cannot be kept from expiring while it is restored, so it is not restored.",
                "a pin on the backup",
                said.code() + ": " + said.message(),
                hint);
    }

    private static String path(UUID backupId, UUID recoveryId) {
        return "/internal/v1/backups/" + backupId + "/pins/" + recoveryId;
    }
}
