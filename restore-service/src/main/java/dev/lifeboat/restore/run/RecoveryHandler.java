package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.process.ProcessException;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.deliver.Delivery;
import dev.lifeboat.restore.recovery.Outcome;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Carries a recovery out, up to its decided outcome; the {@link TeardownHandler} does the rest, however it ended. Looks at
 * the row and goes on: what was interrupted before the sandbox was ready begins anew, what waits goes on waiting.
 */
@ApplicationScoped
public class RecoveryHandler implements OperationHandler {
    private static final Logger LOG = Logger.getLogger(RecoveryHandler.class);

    private final RecoveryRows rows;
    private final Rehearsal rehearsal;
    private final DumpDelivery deliveries;
    private final Observation observation;
    private final RecoverySettings settings;

    RecoveryHandler(
            RecoveryRows rows,
            Rehearsal rehearsal,
            DumpDelivery deliveries,
            Observation observation,
            RecoverySettings settings) {
        this.rows = rows;
        this.rehearsal = rehearsal;
        this.deliveries = deliveries;
        this.observation = observation;
        this.settings = settings;
    }

    @Override
    public String kind() {
        return RecoveryRequests.OPERATION;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Recovery recovery = rows.read(context.id());
        try {
            return switch (recovery.state()) {
                case RecoveryState.Requested requested -> {
                    context.check();
                    yield begin(recovery, requested.toPlanning(), context);
                }
                case RecoveryState.Verifying verifying -> {
                    context.check();
                    yield verify(recovery, verifying, context);
                }
                case RecoveryState.Restartable interrupted -> {
                    context.check();
                    yield again(recovery, interrupted, context);
                }
                case RecoveryState.Held held -> observation.hold(recovery, held, context);
                case RecoveryState.TearingDown down -> Step.done();
                case RecoveryState.Ended ended -> Step.done();
            };
        } catch (DoesNotRestore shown) {
            LOG.infof("recovery %s: %s", context.id(), shown.getMessage());
            context.write(tx -> {
                rows.conclude(tx, context.id(), new Outcome.CarriedOut(shown.failure()));
                return null;
            });
            return Step.done();
        }
    }

    private Step begin(Recovery recovery, RecoveryState.Planning planning, OperationContext context) throws Exception {
        Optional<Delivery> delivery = deliveries.of(recovery);
        return delivery.isPresent()
                ? deliveries.run(recovery, delivery.get(), planning, context)
                : rehearsal.run(recovery, planning, context);
    }

    private Step verify(Recovery recovery, RecoveryState.Verifying verifying, OperationContext context)
            throws Exception {
        try {
            return observation.verify(recovery, verifying, context);
        } catch (Observation.SandboxLost lost) {
            LOG.warnf("recovery %s: its sandbox went away before it was checked", context.id());
            return again(recovery, verifying, context);
        }
    }

    private Step again(Recovery recovery, RecoveryState.Restartable interrupted, OperationContext context)
            throws Exception {
        if (interrupted.attempt() >= settings.attempts()) {
            return new Step.Failed(new Failure(
                    "recovery.too-many-attempts",
                    "The recovery was interrupted again and again.",
                    "one attempt that gets to its end",
                    interrupted.attempt() + " attempts, the last one while " + interrupted.name(),
                    "Look into the log of restore-service for why its attempts ended."));
        }
        RecoveryState.Planning planning = interrupted.beginAgain();
        LOG.infof("recovery %s begins anew, attempt %d", context.id(), planning.attempt());
        return begin(recovery, planning, context);
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        return switch (thrown) {
            case NotCarriedOut known when known.isPassing() -> later(known.failure(), context);
            case NotCarriedOut known -> new Step.Failed(known.failure());
            case StoreException store
            when store.fault().retryable() -> later(store.fault().failure(), context);
            case StoreException store -> new Step.Failed(store.fault().failure());
            case SecretException secret -> new Step.Failed(secret.failure());
            case ProcessException process -> later(process.failure(), context);
            case SQLException sql ->
                later(
                        new Failure(
                                "sandbox.connection-failed",
                                "The sandbox's server did not do what it was asked.",
                                "an answer",
                                sql.getSQLState() + ": " + firstLine(sql.getMessage()),
                                "It is tried again; look at the sandbox's host if it stays so."),
                        context);
            case IOException io ->
                later(
                        new Failure(
                                "sandbox.files-failed",
                                "Files of the sandbox could not be written or read.",
                                "a work folder with room",
                                String.valueOf(io.getMessage()),
                                "Look at the file system of lifeboat.work-directory."),
                        context);
            // Only the wrapper is unwrapped: a cause below anything else may be our own database's or our own mistake.
            case UncheckedIOException wrapped -> explain(wrapped.getCause(), context);
            default ->
                new Step.Failed(new Failure(
                        "recovery.unexpected",
                        "The recovery came upon an error that nobody expected.",
                        null,
                        thrown.getClass().getSimpleName(),
                        "Report it, with the log of restore-service."));
        };
    }

    private Step later(Failure cause, OperationContext context) {
        int attempt = rows.read(context.id()).state().attempt();
        return attempt >= settings.attempts()
                ? new Step.Failed(cause)
                : new Step.RetryAfter(settings.retryAfter(), cause);
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        Outcome outcome =
                switch (ending) {
                    case FAILED -> new Outcome.NotCarriedOut(failure);
                    case CANCELLED ->
                        new Outcome.CalledOff(
                                new Failure("recovery.cancelled", failure.message(), null, null, failure.hint()));
                    case DEADLINE ->
                        new Outcome.NotCarriedOut(
                                new Failure(
                                        "recovery.deadline",
                                        "The recovery was not done by its deadline.",
                                        failure.expected(),
                                        failure.found(),
                                        "Look at which phase took so long; give it more time with lifeboat.recovery.deadline."));
                };
        rows.conclude(transaction, context.id(), outcome);
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
