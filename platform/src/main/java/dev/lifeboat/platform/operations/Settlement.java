package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.schedule.Wakeups;
import dev.lifeboat.schemas.Failure;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Writes what came of a run: fenced, together with the domain's end state and the wake-up. */
final class Settlement {
    private static final Logger LOG = Logger.getLogger(Settlement.class);
    private static final Duration ENDING_AGAIN = Duration.ofSeconds(5);

    private final HandlerRegistry handlers;
    private final Wakeups wakeups;
    private final InstantSource clock;

    Settlement(HandlerRegistry handlers, Wakeups wakeups, InstantSource clock) {
        this.handlers = handlers;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** Does nothing if the run does not own its operation any more. */
    void settle(OperationRun run, RunOutcome outcome) {
        try {
            switch (outcome) {
                case RunOutcome.Lost lost -> LOG.infof("%s stops: somebody else owns it", run);
                case RunOutcome.Done done -> end(run, "done", null, tx -> {});
                case RunOutcome.Ended ended -> end(run, ended);
                case RunOutcome.Again again -> release(run, again);
            }
        } catch (LeaseLost e) {
            LOG.infof("%s stops: %s", run, e.getMessage());
        }
    }

    private void end(OperationRun run, RunOutcome.Ended ended) {
        String outcome =
                switch (ended.ending()) {
                    case FAILED -> "failed";
                    case CANCELLED -> "cancelled";
                    case DEADLINE -> "deadline";
                };
        OperationHandler handler = handlers.of(run.claimed().kind());
        try {
            end(run, outcome, ended.failure(), tx -> handler.ended(tx, run, ended.ending(), ended.failure()));
        } catch (LeaseLost e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be ended as %s and runs again", run, outcome);
            release(run, new RunOutcome.Again(ENDING_AGAIN, ended.failure(), false));
        }
    }

    private void end(OperationRun run, String outcome, Failure failure, Consumer<Handle> domain) {
        run.write(tx -> {
            domain.accept(tx);
            OperationTable.end(tx, run.held(), outcome, failure, clock.instant());
            wakeups.none(JdbcOperations.GROUP, run.id().toString());
            return null;
        });
        Metrics.counter("lifeboat.operations.ended", "kind", run.claimed().kind(), "outcome", outcome)
                .increment();
        if (failure == null) {
            LOG.infof("%s is %s", run, outcome);
        } else {
            LOG.infof("%s is %s: %s %s", run, outcome, failure.code(), failure.message());
        }
    }

    private void release(OperationRun run, RunOutcome.Again again) {
        Instant now = clock.instant();
        Instant due = run.write(tx -> {
            Instant notBefore = OperationTable.release(
                    tx, run.held(), now.plus(again.delay()), again.resuming(), again.cause(), now);
            wakeups.in(JdbcOperations.GROUP, run.id().toString(), Duration.between(now, notBefore));
            return notBefore;
        });
        Metrics.counter("lifeboat.operations.again", "kind", run.claimed().kind())
                .increment();
        if (again.cause() == null) {
            LOG.infof("%s runs again from %s", run, due);
        } else {
            LOG.infof(
                    "%s runs again from %s: %s %s",
                    run, due, again.cause().code(), again.cause().message());
        }
    }
}
