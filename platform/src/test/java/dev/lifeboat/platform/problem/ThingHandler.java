package dev.lifeboat.platform.problem;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/** Makes things. */
@ApplicationScoped
public class ThingHandler implements OperationHandler {
    final Map<UUID, Correlation> made = new ConcurrentHashMap<>();
    private final Operations operations;

    /** Handlers may submit operations themselves. */
    ThingHandler(Operations operations) {
        this.operations = operations;
    }

    @Override
    public String kind() {
        return "thing";
    }

    @Override
    public Step run(OperationContext context) {
        context.write(tx -> operations.find(tx, context.id()).orElseThrow());
        made.put(context.id(), Correlation.current().orElseThrow());
        return Step.done();
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return new Step.Failed(new Failure("thing.broken", thrown.toString(), null, null, null));
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        throw new AssertionError(failure.toString());
    }

    Map<UUID, Correlation> made() {
        return made;
    }
}
