package dev.lifeboat.backup.backup;

import dev.lifeboat.backup.backup.BackupMethod.Job;
import dev.lifeboat.backup.backup.BackupMethod.Taken;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.operations.CancelRequested;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.Serial;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Carries out one backup by its method; its id is the backup's. */
@ApplicationScoped
public class BackupOperation implements OperationHandler {
    /** Name of this kind of work. */
    public static final String KIND = "backup";

    private static final Duration DATABASE_AWAY = Duration.ofSeconds(5);

    private final BackupCatalogue catalogue;
    private final BackupMethods methods;
    private final Fleet fleet;
    private final BackupCleanup cleanup;
    // looked up late: they want operations, which want this
    private final Instance<CompletionListener> listeners;
    private final InstantSource clock;

    /** Takes what a backup consists of from the catalogue, and how it is taken from its method. */
    public BackupOperation(
            BackupCatalogue catalogue,
            BackupMethods methods,
            Fleet fleet,
            BackupCleanup cleanup,
            @Any Instance<CompletionListener> listeners,
            InstantSource clock) {
        this.catalogue = catalogue;
        this.methods = methods;
        this.fleet = fleet;
        this.cleanup = cleanup;
        this.listeners = listeners;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Step run(OperationContext context) {
        context.check();
        Begun begun = context.write(transaction -> begin(transaction, context));
        if (begun.job() == null) {
            return Step.done();
        }
        Taken taken = taken(begun, context);
        context.write(transaction -> {
            Backup backup = locked(transaction, context.id());
            if (backup.state() instanceof BackupState.Running running) {
                Backup completed =
                        catalogue.move(transaction, backup, running.toCompleted(Outcome.of(taken), clock.instant()));
                listeners.forEach(listener -> listener.completed(transaction, completed));
            }
            return null;
        });
        return Step.done();
    }

    private static Taken taken(Begun begun, OperationContext context) {
        try {
            return begun.method().take(begun.job(), context);
        } catch (LeaseLost | CancelRequested stop) {
            throw stop;
        } catch (Exception failed) {
            throw new MethodFailed(begun.method(), failed);
        }
    }

    /** What a method threw, and the method, which alone can explain it. */
    private static final class MethodFailed extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient BackupMethod method;

        MethodFailed(BackupMethod method, Exception cause) {
            super(cause);
            this.method = method;
        }
    }

    private Begun begin(Handle transaction, OperationContext context) {
        Backup backup = locked(transaction, context.id());
        switch (backup.state()) {
            case BackupState.Requested requested ->
                catalogue.move(transaction, backup, requested.toRunning(context.attempt(), clock.instant()));
            case BackupState.Running running
            when running.attempt() < context.attempt() ->
                catalogue.move(transaction, backup, running.again(context.attempt()));
            case BackupState.Running ignored -> {}
            case BackupState.Completed ignored -> {
                return Begun.OVER;
            }
            case BackupState.Failed ignored -> {
                return Begun.OVER;
            }
            case BackupState.Skipped ignored -> {
                return Begun.OVER;
            }
            case BackupState.Expiring ignored -> {
                return Begun.OVER;
            }
            case BackupState.Expired ignored -> {
                return Begun.OVER;
            }
        }
        return new Begun(methods.named(backup.method()), job(transaction, backup));
    }

    /** The backup's method and job; no job when it is over already. */
    private record Begun(BackupMethod method, Job job) {
        static final Begun OVER = new Begun(null, null);
    }

    private Job job(Handle transaction, Backup backup) {
        var cluster = fleet.cluster(transaction, backup.clusterId())
                .orElseThrow(() -> Problem.notFound("cluster", backup.cluster()));
        var repository = fleet.repository(transaction, backup.repository())
                .orElseThrow(() -> Problem.notFound("repository", backup.repository()));
        return new Job(backup.id(), cluster, repository, backup.policy());
    }

    private Backup locked(Handle transaction, UUID id) {
        return catalogue
                .lock(transaction, id)
                .orElseThrow(() -> new IllegalStateException("an operation has no backup: " + id));
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return switch (thrown) {
            case MethodFailed failed -> failed.method.explain(failed.getCause(), context);
            case Problem problem -> new Step.Failed(problem.failure());
            case Throwable away
            when DatabaseFaults.passes(away) ->
                new Step.RetryAfter(
                        DATABASE_AWAY,
                        new Failure(
                                "service.database-away",
                                "The service's own database did not answer.",
                                null,
                                String.valueOf(away.getMessage()),
                                "It is tried again."));
            default ->
                new Step.Failed(new Failure(
                        "backup.unexpected",
                        "Something happened that nobody thought of.",
                        null,
                        String.valueOf(thrown),
                        "Report it, with the log of this service."));
        };
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        Backup backup = locked(transaction, context.id());
        switch (backup.state()) {
            case BackupState.Requested requested ->
                catalogue.move(transaction, backup, requested.toFailed(failure, clock.instant()));
            case BackupState.Running running -> {
                catalogue.move(transaction, backup, running.toFailed(failure, clock.instant()));
                cleanup.request(transaction, backup);
            }
            case BackupState.Completed ignored -> {}
            case BackupState.Failed ignored -> {}
            case BackupState.Skipped ignored -> {}
            case BackupState.Expiring ignored -> {}
            case BackupState.Expired ignored -> {}
        }
    }
}
