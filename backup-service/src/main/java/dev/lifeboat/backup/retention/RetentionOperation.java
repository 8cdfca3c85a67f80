package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.retention.Removing.Begun;
import dev.lifeboat.backup.retention.RetentionView.DecisionView;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.operations.CancelRequested;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Carries out one run; its id is the run's. Before each removal everything is decided anew, so that nothing goes for a
 * reason that no longer holds. One removal that fails stops no other.
 */
@ApplicationScoped
public class RetentionOperation implements OperationHandler {
    /** Name of this kind of work. */
    public static final String KIND = "retention";

    private static final Logger LOG = Logger.getLogger(RetentionOperation.class);
    private static final Duration DATABASE_AWAY = Duration.ofSeconds(5);
    private static final int CHANGES_OF_MIND = 100;

    private final Retention retention;
    private final RetentionRuns runs;
    private final Removals removals;
    private final Removing removing;
    private final InstantSource clock;

    RetentionOperation(
            Retention retention, RetentionRuns runs, Removals removals, Removing removing, InstantSource clock) {
        this.retention = retention;
        this.runs = runs;
        this.removals = removals;
        this.removing = removing;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Step run(OperationContext context) {
        while (true) {
            context.check();
            Optional<Begun> next = context.write(transaction -> next(transaction, context.id()));
            if (next.isEmpty()) {
                return Step.done();
            }
            Begun begun = next.get();
            context.progress(new Progress("removing backup " + begun.backupId(), 0, 0));
            Optional<Failure> failure = remove(begun, context);
            context.write(transaction -> {
                RetentionRun run = runs.lock(transaction, context.id());
                failure.ifPresentOrElse(
                        why -> removing.failed(transaction, run, begun.backupId(), why),
                        () -> removing.expired(transaction, run, begun.backupId()));
                return null;
            });
        }
    }

    private static Optional<Failure> remove(Begun begun, OperationContext context) {
        if (begun.stored().isEmpty()) {
            return Optional.of(Removing.notDeclared(begun.repository()));
        }
        try {
            begun.method().remove(begun.stored().get());
            return Optional.empty();
        } catch (LeaseLost | CancelRequested stop) {
            throw stop;
        } catch (RuntimeException thrown) {
            // What was interrupted because we are to stop has not failed.
            context.check();
            LOG.warnf(thrown, "backup %s could not be removed", begun.backupId());
            return Optional.of(
                    switch (begun.method().explain(thrown, context)) {
                        case Step.Failed failed -> failed.failure();
                        case Step.RetryAfter again -> again.cause();
                        case Step.Done done -> throw thrown;
                    });
        }
    }

    /** Begins the next removal; or ends the run, when there is none. */
    private Optional<Begun> next(Handle transaction, UUID id) {
        RetentionRun run = begun(transaction, runs.lock(transaction, id));
        if (!(run.state() instanceof RunState.Running running)) {
            return Optional.empty();
        }
        List<Removal> failed = removals.of(transaction, id).stream()
                .filter(removal -> removal.failure() != null)
                .toList();
        for (int i = 0; i < CHANGES_OF_MIND; i++) {
            Retention.Decided decided = retention.decide(transaction, run.clusterId());
            Optional<Decision> next = decided.plan()
                    .next(failedOnes(failed), away(failed, decided))
                    .filter(decision -> !decided.doubted() || decision.why() == Why.EXPIRING);
            if (next.isEmpty()) {
                end(transaction, run, running, decided, failed);
                return Optional.empty();
            }
            Optional<Begun> begun = removing.begin(transaction, run, next.get());
            if (begun.isPresent()) {
                return begun;
            }
        }
        throw new IllegalStateException("run " + id + " of retention comes to no decision");
    }

    private RetentionRun begun(Handle transaction, RetentionRun run) {
        if (!(run.state() instanceof RunState.Requested requested)) {
            return run;
        }
        RunState.Running running = requested.toRunning(clock.instant());
        runs.move(transaction, run, running);
        return run.in(running);
    }

    private static Set<UUID> failedOnes(List<Removal> failed) {
        return failed.stream().map(Removal::backupId).collect(Collectors.toSet());
    }

    private static Set<String> away(List<Removal> failed, Retention.Decided decided) {
        return failed.stream()
                .filter(removal -> RepositoryFaults.away(removal.failure())
                        && decided.backups().containsKey(removal.backupId()))
                .map(removal -> decided.backups().get(removal.backupId()).repository())
                .collect(Collectors.toSet());
    }

    private void end(
            Handle transaction,
            RetentionRun run,
            RunState.Running running,
            Retention.Decided decided,
            List<Removal> failed) {
        runs.explain(
                transaction,
                run,
                new RetentionRuns.Explained(
                        decided.rules().rules(), DecisionView.of(decided.plan().staying(), decided.backups())));
        int left = decided.plan().going().size();
        runs.move(
                transaction,
                run,
                left == 0
                        ? running.toCompleted(clock.instant())
                        : running.toIncomplete(
                                decided.doubted() ? doubted(run.cluster()) : incomplete(left, failed),
                                clock.instant()));
    }

    private static Failure incomplete(int left, List<Removal> failed) {
        Failure first = failed.getFirst().failure();
        return new Failure(
                "retention.incomplete",
                left == 1
                        ? "One backup that is to go could not be removed."
                        : left + " backups that are to go could not be removed.",
                "all that go are gone",
                first.code() + ": " + first.message() + (first.found() == null ? "" : " Found: " + first.found()),
                (first.hint() == null ? "" : first.hint() + " ")
                        + "The next run goes on with them: after the next backup, once a day, or when it is asked for.");
    }

    /** Why nothing begins to go. */
    static Failure doubted(String cluster) {
        return new Failure(
                "retention.in-doubt",
                "An event about restores of this cluster could not be read, so it is not known for sure which backups are"
                        + " proven: nothing begins to go.",
                "no dead letter about cluster " + cluster,
                "at least one",
                "Look at GET /api/v1/dead-letters, mend the cause and replay them.");
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        if (DatabaseFaults.passes(thrown)) {
            return new Step.RetryAfter(
                    DATABASE_AWAY,
                    new Failure(
                            "service.database-away",
                            "The service's own database did not answer.",
                            null,
                            String.valueOf(thrown.getMessage()),
                            "It is tried again."));
        }
        return new Step.Failed(new Failure(
                "retention.unexpected",
                "Something happened that nobody thought of.",
                null,
                String.valueOf(thrown),
                "Report it, with the log of this service. The next run begins anew."));
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        RetentionRun run = runs.lock(transaction, context.id());
        switch (run.state()) {
            case RunState.Requested requested ->
                runs.move(transaction, run, requested.toFailed(failure, clock.instant()));
            case RunState.Running running -> runs.move(transaction, run, running.toFailed(failure, clock.instant()));
            case RunState.Completed ignored -> {}
            case RunState.Incomplete ignored -> {}
            case RunState.Failed ignored -> {}
        }
    }
}
