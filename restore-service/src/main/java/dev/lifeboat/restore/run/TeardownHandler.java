package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.restore.plan.HostSurvey;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.recovery.SandboxFacts;
import dev.lifeboat.restore.sandbox.SandboxServer;
import dev.lifeboat.restore.sandbox.Sandboxes;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * The end of every recovery, however it came: servers and folder gone, and proven to be; the archive listed again; the pin
 * released; the end written and told. An operation of its own, so that a recovery that was cancelled, failed or ran out of
 * time is torn down like any other, and so that it is tried until it is done.
 */
@ApplicationScoped
public class TeardownHandler implements OperationHandler {
    /** Its kind. */
    public static final String OPERATION = "recovery-teardown";

    private static final Logger LOG = Logger.getLogger(TeardownHandler.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    /** So often it is tried to end what does not end, or to list what cannot be listed; then that is what is reported. */
    private static final int PATIENCE = 6;

    private final RecoveryRows rows;
    private final Sandboxes sandboxes;
    private final DumpDelivery deliveries;
    private final Preparation preparation;
    private final RestoreMethods methods;
    private final ArchiveWatch archive;
    private final BackupPins pins;
    private final HostSurvey survey;
    private final InstantSource clock;

    TeardownHandler(
            RecoveryRows rows,
            Sandboxes sandboxes,
            DumpDelivery deliveries,
            Preparation preparation,
            RestoreMethods methods,
            ArchiveWatch archive,
            BackupPins pins,
            HostSurvey survey,
            InstantSource clock) {
        this.rows = rows;
        this.sandboxes = sandboxes;
        this.deliveries = deliveries;
        this.preparation = preparation;
        this.methods = methods;
        this.archive = archive;
        this.pins = pins;
        this.survey = survey;
        this.clock = clock;
    }

    /** Identity of the operation that tears a recovery's sandbox down: that of the recovery, with its last bit turned. */
    static UUID operationOf(UUID recoveryId) {
        return new UUID(recoveryId.getMostSignificantBits(), recoveryId.getLeastSignificantBits() ^ 1L);
    }

    @Override
    public String kind() {
        return OPERATION;
    }

    @Override
    public int capPerCluster() {
        return 4;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Recovery recovery = rows.read(operationOf(context.id()));
        if (!(recovery.state() instanceof RecoveryState.TearingDown down)) {
            return Step.done();
        }
        SandboxFacts facts = recovery.facts().sandbox();
        boolean elsewhere = facts != null && !facts.hostId().equals(survey.hostId());
        if (elsewhere && clock.instant().isBefore(leaseEnd(facts))) {
            return Step.waitFor(AGAIN);
        }
        List<String> left = new ArrayList<>(sandboxes.end(recovery.id()));
        left.addAll(deliveries.withdraw(recovery));
        if (!left.isEmpty() && context.attempt() < PATIENCE) {
            return new Step.RetryAfter(AGAIN, notGone(left));
        }
        boolean gone = left.isEmpty() && !elsewhere;
        left.addAll(deliveries.stays(recovery));
        if (elsewhere) {
            left.add("on host " + facts.hostId() + ", which could not be looked at; its lease has ended");
        }
        Isolation isolation =
                recovery.facts().isolation() != null ? recovery.facts().isolation() : isolation(recovery, context);
        left.addAll(sandboxes.forget(recovery.id()));
        if (recovery.facts().backup() != null
                && !pins.release(recovery.facts().backup().backupId(), recovery.id())) {
            left.add("pin of backup " + recovery.facts().backup().backupId() + ", which expires by itself");
        }
        TornDown tornDown = new TornDown(clock.instant(), gone, gone, left);
        rows.end(context, recovery.id(), down.toEnded(), isolation, tornDown, survey.host());
        return Step.done();
    }

    private Instant leaseEnd(SandboxFacts facts) {
        return facts.expiresAt() == null ? clock.instant().plus(SandboxServer.LEASE) : facts.expiresAt();
    }

    private Isolation isolation(Recovery recovery, OperationContext context) {
        if (recovery.facts().backup() == null) {
            return dev.lifeboat.restore.archive.ArchiveIsolation.notTaken("no backup was chosen: nothing was read");
        }
        try (OpenBackup backup = preparation.open(recovery.facts().backup())) {
            RestoreMethod method = methods.of(backup.manifest().method());
            return archive.after(recovery.id(), backup.reader(), method.watched(backup.manifest()));
        } catch (StoreException e) {
            if (e.fault().retryable() && context.attempt() < PATIENCE) {
                throw e;
            }
            return dev.lifeboat.restore.archive.ArchiveIsolation.notTaken(
                    e.fault().failure().message());
        } catch (RuntimeException e) {
            LOG.warnf("recovery %s: the archive was not listed again: %s", recovery.id(), e.getMessage());
            return dev.lifeboat.restore.archive.ArchiveIsolation.notTaken(e.getMessage());
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        Failure failure = thrown instanceof StoreException store
                ? store.fault().failure()
                : new Failure(
                        "teardown.unexpected",
                        "The teardown came upon an error that nobody expected.",
                        null,
                        thrown.getClass().getSimpleName() + ": " + thrown.getMessage(),
                        "It is tried again; look into the log of restore-service if it stays so.");
        return new Step.RetryAfter(AGAIN, failure);
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        // Nobody can cancel it, and it has no deadline: whoever did must look at the row, which still says
        // tearing-down.
        throw new IllegalStateException("a teardown does not end before it is done: " + failure.message());
    }

    private static Failure notGone(List<String> left) {
        return new Failure(
                "sandbox.not-gone",
                "The sandbox is not gone yet.",
                "nothing left of it",
                String.join(", ", left),
                "It is tried again; look at these processes and folders if it stays so.");
    }
}
