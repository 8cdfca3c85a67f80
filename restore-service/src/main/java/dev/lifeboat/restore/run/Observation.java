package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.restore.inspect.Inspector;
import dev.lifeboat.restore.keep.HandOver;
import dev.lifeboat.restore.plan.HostSurvey;
import dev.lifeboat.restore.pointintime.TargetChoice;
import dev.lifeboat.restore.recovery.Outcome;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.recovery.Recoveries.Fact;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.recovery.SandboxFacts;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxName;
import dev.lifeboat.restore.sandbox.Sandboxes;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A sandbox that is up: waiting for the verifier's checks, inspecting, holding. Nothing here needs the memory of a run. */
@ApplicationScoped
public class Observation {
    /** An event wakes it earlier. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(Observation.class);
    private static final Duration ELSEWHERE = Duration.ofSeconds(2);
    private static final Duration AFTER_HOLD = Duration.ofMinutes(5);

    private final RecoveryRows rows;
    private final Sandboxes sandboxes;
    private final Inspector inspector;
    private final HostSurvey survey;
    private final HandOver handOver;
    private final InstantSource clock;

    Observation(
            RecoveryRows rows,
            Sandboxes sandboxes,
            Inspector inspector,
            HostSurvey survey,
            HandOver handOver,
            InstantSource clock) {
        this.rows = rows;
        this.sandboxes = sandboxes;
        this.inspector = inspector;
        this.survey = survey;
        this.handOver = handOver;
        this.clock = clock;
    }

    /** Thrown away and done anew: the sandbox is gone before it was looked at. */
    static final class SandboxLost extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Waits for checks, then inspects, then holds or concludes.
     *
     * @throws SandboxLost if the sandbox went away before its checks came
     */
    Step verify(Recovery recovery, RecoveryState.Verifying verifying, OperationContext context)
            throws InterruptedException, SandboxLost, SQLException, IOException {
        SandboxFacts facts = recovery.facts().sandbox();
        Instant now = clock.instant();
        if (!facts.hostId().equals(survey.hostId()) && now.isBefore(facts.expiresAt())) {
            return Step.waitFor(ELSEWHERE);
        }
        Optional<Sandbox> sandbox =
                find(recovery).filter(known -> known.server().isUp());
        boolean inspected = recovery.facts().inspection() != null;
        if (recovery.facts().checks() == null && !inspected && now.isBefore(facts.checksDeadline())) {
            if (sandbox.isEmpty()) {
                throw new SandboxLost();
            }
            return Step.waitFor(shorter(LOOK_AGAIN, Duration.between(now, facts.checksDeadline())));
        }
        if (!inspected) {
            inspect(recovery, context);
        }
        if (recovery.wanted().kind().equals(TargetChoice.RESTORE)) {
            handOver.run(recovery, find(recovery), context);
        }
        if (recovery.wanted().keep() == null) {
            return conclude(recovery, context);
        }
        return beginHold(recovery, verifying, context);
    }

    private void inspect(Recovery recovery, OperationContext context) throws InterruptedException {
        rows.move(context, null, PhaseName.INSPECTING, 0);
        context.progress(new Progress(PhaseName.INSPECTING.text(), 0, 0));
        Optional<Sandbox> sandbox = find(recovery);
        Inspection inspection = sandbox.isPresent()
                ? inspector.inspect(sandbox.get(), context::check)
                : Inspector.notInspected("the sandbox was gone");
        rows.note(context, Map.of(Fact.INSPECTION, inspection));
    }

    private Step beginHold(Recovery recovery, RecoveryState.Verifying verifying, OperationContext context)
            throws InterruptedException {
        Optional<Sandbox> sandbox = find(recovery);
        if (sandbox.isEmpty()) {
            LOG.warnf("recovery %s: nothing is left to be held", recovery.id());
            return conclude(recovery, context);
        }
        Instant until = clock.instant().plus(recovery.wanted().keep());
        Sandbox held = sandbox.get();
        held.server().startAgain(until.plus(AFTER_HOLD));
        held.server().awaitReady(context::check);
        // Whoever looks at it now is not whoever checked it.
        sandboxes.changePassword(held, context::check);
        context.write(tx -> {
            rows.held(tx, recovery.id(), verifying.toHeld(until), held.port());
            return null;
        });
        context.progress(new Progress(PhaseName.HELD.text(), 0, 0));
        return Step.waitFor(LOOK_AGAIN);
    }

    /** Holds until it is time; then it is torn down. A hold that lost its sandbox is over. */
    Step hold(Recovery recovery, RecoveryState.Held held, OperationContext context) {
        Instant now = clock.instant();
        boolean elsewhere = !recovery.facts().sandbox().hostId().equals(survey.hostId());
        boolean up = elsewhere
                || find(recovery).filter(known -> known.server().isUp()).isPresent();
        if (up && now.isBefore(held.until())) {
            return Step.waitFor(shorter(LOOK_AGAIN, Duration.between(now, held.until())));
        }
        return conclude(recovery, context);
    }

    private Step conclude(Recovery recovery, OperationContext context) {
        context.write(tx -> {
            rows.conclude(tx, recovery.id(), new Outcome.CarriedOut(null));
            return null;
        });
        return Step.done();
    }

    private Optional<Sandbox> find(Recovery recovery) {
        SandboxFacts facts = recovery.facts().sandbox();
        return sandboxes.find(
                new SandboxName(recovery.id(), facts.attempt(), facts.epoch()), facts.major(), facts.port());
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
