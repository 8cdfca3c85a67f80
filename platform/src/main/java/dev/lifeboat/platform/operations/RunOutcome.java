package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.operations.OperationHandler.Ending;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** What becomes of an operation after one run of its handler. */
sealed interface RunOutcome {

    /** It is done. */
    record Done() implements RunOutcome {}

    /** It ends without being done. */
    record Ended(Ending ending, Failure failure) implements RunOutcome {}

    /** It will run again; {@code resuming} if the next run belongs to the same attempt. */
    record Again(Duration delay, Failure cause, boolean resuming) implements RunOutcome {}

    /** Somebody else owns it: nothing is to be written. */
    record Lost() implements RunOutcome {}

    /**
     * What was known when the run was over.
     *
     * @param lost somebody else owns it
     * @param stopping this instance is being stopped
     * @param cancelRequestedBy null if nobody did
     */
    record Facts(boolean lost, boolean stopping, String cancelRequestedBy, Instant deadline, Instant now) {
        boolean overdue() {
            return deadline != null && !deadline.isAfter(now);
        }
    }

    /** After a handler returned. What it says counts, also when the instance is being stopped: it has been done. */
    static RunOutcome of(Step step, Facts facts) {
        if (facts.lost()) {
            return new Lost();
        }
        return switch (step) {
            case Step.Done done -> new Done();
            case Step.Failed failed -> new Ended(Ending.FAILED, failed.failure());
            case Step.RetryAfter later -> new Again(later.delay(), later.cause(), later.cause() == null);
        };
    }

    /**
     * After a handler threw.
     *
     * @param explain the handler's own judgement; asked only when nothing else explains it
     */
    static RunOutcome of(Throwable thrown, Facts facts, Function<Throwable, Step> explain) {
        if (facts.lost()) {
            return new Lost();
        }
        if (thrown instanceof CancelRequested) {
            return stopped(facts);
        }
        if (facts.stopping()) {
            // It was told to let go, and whatever it threw is how it did.
            return new Again(Duration.ZERO, null, true);
        }
        if (thrown instanceof LeaseLost) {
            return new Lost();
        }
        return of(explain.apply(thrown), facts);
    }

    /** An operation that was cancelled or ran out of time. */
    static Ended stopped(Facts facts) {
        if (facts.cancelRequestedBy() == null && facts.overdue()) {
            return new Ended(
                    Ending.DEADLINE,
                    new Failure(
                            "operation.deadline",
                            "It was not done by its deadline.",
                            "done by " + facts.deadline(),
                            "still under way",
                            "Ask for it again, with more time."));
        }
        String who = facts.cancelRequestedBy() == null ? "the operation itself" : facts.cancelRequestedBy();
        return new Ended(
                Ending.CANCELLED,
                new Failure("operation.cancelled", "It was cancelled by " + who + ".", null, null, null));
    }
}
