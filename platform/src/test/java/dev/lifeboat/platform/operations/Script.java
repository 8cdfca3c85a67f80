package dev.lifeboat.platform.operations;

import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/** A handler whose work a test writes as a lambda; it remembers how operations ended. */
final class Script implements OperationHandler {

    /** What a run does. */
    interface Work {
        Step run(OperationContext context) throws Exception;
    }

    /** How an operation ended without being done. */
    record Ended(UUID id, Ending ending, String code) {}

    final List<Ended> ended = new CopyOnWriteArrayList<>();
    private final String kind;
    private final int cap;
    private final Work work;
    private final boolean standing;

    Script(String kind, int cap, Work work) {
        this(kind, cap, work, false);
    }

    private Script(String kind, int cap, Work work, boolean standing) {
        this.kind = kind;
        this.cap = cap;
        this.work = work;
        this.standing = standing;
    }

    static Script standing(String kind, Work work) {
        return new Script(kind, 1, work, true);
    }

    @Override
    public boolean standing() {
        return standing;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        return work.run(context);
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        Failure failure = new Failure("script." + thrown.getMessage(), "It threw.", null, null, null);
        return "transient".equals(thrown.getMessage())
                ? new Step.RetryAfter(Duration.ofMillis(50), failure)
                : new Step.Failed(failure);
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        transaction.execute("insert into ended (operation, ending) values (?, ?)", context.id(), ending.name());
        ended.add(new Ended(context.id(), ending, failure.code()));
    }

    @Override
    public int capPerCluster() {
        return cap;
    }
}
