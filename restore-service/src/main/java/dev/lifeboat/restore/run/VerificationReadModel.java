package dev.lifeboat.restore.run;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.MissingPrerequisite;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recoveries.Fact;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Takes what the verifier says. Checks of an older attempt, or after the sandbox is gone, change nothing. */
@ApplicationScoped
public class VerificationReadModel implements EventConsumer {
    private static final Logger LOG = Logger.getLogger(VerificationReadModel.class);
    private static final String DRILL = "drill";

    private final Recoveries recoveries;
    private final Operations operations;

    VerificationReadModel(Recoveries recoveries, Operations operations) {
        this.recoveries = recoveries;
        this.operations = operations;
    }

    @Override
    public String name() {
        return "verifications";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.CHECKS_COMPLETED, EventType.VERDICT_RECORDED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        switch (received.event().data()) {
            case ChecksCompleted checks -> checked(transaction, checks);
            case VerdictRecorded verdict -> judged(transaction, verdict);
            default ->
                throw new IllegalArgumentException(
                        "not asked for: " + received.event().type());
        }
    }

    private void checked(Handle transaction, ChecksCompleted checks) {
        Optional<Recovery> known = recoveries.lock(transaction, checks.recoveryId());
        if (known.isPresent()
                && known.get().state() instanceof RecoveryState.Verifying verifying
                && verifying.attempt() == checks.attempt()
                && known.get().facts().checks() == null) {
            recoveries.note(transaction, checks.recoveryId(), Fact.CHECKS, checks);
            operations.wake(transaction, checks.recoveryId());
        } else {
            LOG.infof("checks of attempt %d of recovery %s come too late", checks.attempt(), checks.recoveryId());
        }
    }

    private void judged(Handle transaction, VerdictRecorded verdict) {
        if (!DRILL.equals(verdict.runKind())) {
            return;
        }
        Optional<Recovery> known = recoveries.lock(transaction, verdict.runId());
        if (known.isEmpty()) {
            // A run that was skipped or missed has a verdict and no row here.
            return;
        }
        Recovery recovery = known.get();
        if (!(recovery.state() instanceof RecoveryState.Ended ended)) {
            throw new MissingPrerequisite("recovery " + recovery.id() + " has not ended yet");
        }
        if ((verdict.attempt() == null || verdict.attempt() == ended.attempt())
                && recovery.facts().verdict() == null) {
            recoveries.note(transaction, recovery.id(), Fact.VERDICT, verdict);
        }
    }
}
