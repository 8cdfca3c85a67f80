package dev.lifeboat.platform.operations;

import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** Work of three steps, each done once: it looks at what is there and goes on. */
final class ThreeSteps implements OperationHandler {
    static final String KIND = "three-steps";

    /** Where a run can be held up. */
    interface Hold {
        void at(OperationContext context, String stage);
    }

    private final Hold hold;

    ThreeSteps(Hold hold) {
        this.hold = hold;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        context.scratch();
        for (int step = 1; step <= 3; step++) {
            String what = "step " + step;
            hold.at(context, "before-" + step);
            String stage = "inside-" + step;
            context.write(tx -> {
                boolean done = tx.select("select 1 from effect where operation = ? and what = ?", context.id(), what)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent();
                if (!done) {
                    tx.execute("insert into effect values (?, ?, ?)", context.id(), context.epoch(), what);
                }
                hold.at(context, stage);
                return null;
            });
            hold.at(context, "after-" + step);
        }
        return Step.done();
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return new Step.RetryAfter(
                Duration.ofMillis(100), new Failure("steps.broken", thrown.toString(), null, null, null));
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        throw new AssertionError(failure.toString());
    }
}
