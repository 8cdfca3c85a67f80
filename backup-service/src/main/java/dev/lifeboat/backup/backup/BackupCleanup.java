package dev.lifeboat.backup.backup;

import dev.lifeboat.backup.backup.BackupMethod.Stored;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Removes what a backup that will not come left in its repository: wanted in the commit that ends the backup, tried until
 * the repository has let go of it, whoever of us crashes meanwhile.
 */
@ApplicationScoped
public class BackupCleanup implements OperationHandler {
    /** Name of this kind of work. */
    public static final String KIND = "backup-cleanup";

    private static final Logger LOG = Logger.getLogger(BackupCleanup.class);
    private static final int ATTEMPTS = 200;

    private final Operations operations;
    private final Database database;
    private final BackupCatalogue catalogue;
    private final BackupMethods methods;
    private final Fleet fleet;
    private final Ids ids;

    /** Asks the backup's method to remove it. */
    public BackupCleanup(
            Operations operations,
            Database database,
            BackupCatalogue catalogue,
            BackupMethods methods,
            Fleet fleet,
            InstantSource clock) {
        this.operations = operations;
        this.database = database;
        this.catalogue = catalogue;
        this.methods = methods;
        this.fleet = fleet;
        this.ids = new Ids(clock);
    }

    /** Wants the cleanup of a backup that failed. */
    void request(Handle transaction, Backup backup) {
        UUID id = ids.next();
        catalogue.cleanup(transaction, backup.id(), id);
        operations.submit(transaction, new Operations.Request(id, KIND, backup.cluster(), null));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Step run(OperationContext context) {
        Optional<Work> work = database.inTransaction(transaction -> work(transaction, context.id()));
        work.ifPresent(w -> w.method().remove(w.stored()));
        return Step.done();
    }

    private Optional<Work> work(Handle transaction, UUID cleanupId) {
        Backup backup = catalogue.cleaned(transaction, cleanupId).orElseThrow();
        var cluster = fleet.cluster(transaction, backup.clusterId());
        var repository = fleet.repository(transaction, backup.repository());
        if (cluster.isEmpty() || repository.isEmpty()) {
            LOG.warnf(
                    "What backup %s left in repository %s stays there: %s is no longer declared",
                    backup.id(), backup.repository(), cluster.isEmpty() ? "its cluster" : "the repository");
            return Optional.empty();
        }
        return Optional.of(new Work(
                methods.named(backup.method()), new Stored(backup.id(), cluster.get(), repository.get(), null, null)));
    }

    private record Work(BackupMethod method, Stored stored) {}

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        LOG.warnf(
                thrown,
                "Cleaning up after backup operation %s did not work, attempt %d",
                context.id(),
                context.attempt());
        Failure failure = new Failure(
                "backup.cleanup-failed",
                "What a failed backup left in its repository could not be removed yet.",
                null,
                thrown.getClass().getSimpleName() + ": " + thrown.getMessage(),
                "Make the repository reachable; it is tried again.");
        return context.attempt() < ATTEMPTS
                ? new Step.RetryAfter(Duration.ofSeconds(Math.min(600, 2L << Math.min(8, context.attempt()))), failure)
                : new Step.Failed(failure);
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        LOG.errorf("What a failed backup left in its repository stays there: %s", failure);
    }
}
