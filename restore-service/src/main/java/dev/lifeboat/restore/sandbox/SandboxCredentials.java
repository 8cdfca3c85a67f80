package dev.lifeboat.restore.sandbox;

import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.restore.recovery.Recoveries;
import dev.lifeboat.restore.recovery.Recovery;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.recovery.SandboxFacts;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.audit.AuditEvent.ActionRecorded;
import dev.lifeboat.schemas.event.Keys;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Hands out the password of a sandbox: once per attempt to the verifier, to operators while it is held. A verification
 * that crashed may come again and gets another one; the former is worth nothing then. Each is audited.
 */
@ApplicationScoped
public class SandboxCredentials {
    private final Recoveries recoveries;
    private final Sandboxes sandboxes;
    private final Outbox outbox;
    private final InstantSource clock;

    SandboxCredentials(Recoveries recoveries, Sandboxes sandboxes, Outbox outbox, InstantSource clock) {
        this.recoveries = recoveries;
        this.sandboxes = sandboxes;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** How to connect. */
    public record Credentials(String user, String password) {}

    /**
     * For the checks of an attempt: to one verification only.
     *
     * @param verification the operation that asks; null for one that will not ask again
     * @throws Problem 404 without such a recovery; 410 if it is not that attempt's turn; 409 if another one has them
     */
    Credentials forChecks(Handle transaction, UUID recoveryId, int attempt, UUID verification, String principal) {
        Recovery recovery = recoveries
                .lock(transaction, recoveryId)
                .orElseThrow(() -> Problem.notFound("recovery", recoveryId.toString()));
        boolean turn = recovery.state() instanceof RecoveryState.Verifying verifying && verifying.attempt() == attempt;
        if (!turn) {
            throw Problem.of(
                    410,
                    new Failure(
                            "sandbox.not-this-attempt",
                            "The sandbox of this attempt is not waiting for checks.",
                            "attempt " + recovery.state().attempt() + " while verifying",
                            "attempt " + attempt + " while " + recovery.state().name(),
                            "Wait for the next sandbox.ready, or leave it."));
        }
        Secret password =
                switch (recoveries.takeCredentials(transaction, recoveryId, attempt, verification)) {
                    case FIRST -> password(recovery);
                    case AGAIN -> freshPassword(recovery);
                    case REFUSED ->
                        throw Problem.of(
                                409,
                                new Failure(
                                        "sandbox.credentials-taken",
                                        "The password of this attempt was handed out before.",
                                        "the verification that asked first",
                                        verification == null ? "one without a name" : "another one",
                                        "Whoever asked first has it; a lost password needs another drill."));
                };
        audit(transaction, recovery, principal, "sandbox.credentials-read");
        return new Credentials(SandboxRole.NAME, password.reveal());
    }

    /**
     * For an operator, while it is held.
     *
     * @throws Problem 404 without such a recovery; 409 if it is not held
     */
    public Credentials forOperator(Handle transaction, UUID recoveryId, String principal) {
        Recovery recovery = recoveries
                .lock(transaction, recoveryId)
                .orElseThrow(() -> Problem.notFound("drill", recoveryId.toString()));
        if (!(recovery.state() instanceof RecoveryState.Held)) {
            throw Problem.of(
                    409,
                    new Failure(
                            "sandbox.not-held",
                            "The sandbox can be connected to only while it is held.",
                            "held",
                            recovery.state().name(),
                            "Ask for a drill with keep, e.g. \"keep\": \"PT1H\", and wait until its checks are done."));
        }
        audit(transaction, recovery, principal, "sandbox.opened");
        return new Credentials(SandboxRole.NAME, password(recovery).reveal());
    }

    private Secret password(Recovery recovery) {
        return sandboxes.password(name(recovery)).orElseThrow(() -> elsewhere(recovery));
    }

    private Secret freshPassword(Recovery recovery) {
        SandboxFacts facts = recovery.facts().sandbox();
        Sandbox sandbox =
                sandboxes.find(name(recovery), facts.major(), facts.port()).orElseThrow(() -> elsewhere(recovery));
        try {
            sandboxes.changePassword(sandbox, () -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a password was changed", e);
        }
        return password(recovery);
    }

    private static SandboxName name(Recovery recovery) {
        SandboxFacts facts = recovery.facts().sandbox();
        return new SandboxName(recovery.id(), facts.attempt(), facts.epoch());
    }

    private static Problem elsewhere(Recovery recovery) {
        return Problem.of(
                409,
                new Failure(
                        "sandbox.elsewhere",
                        "The sandbox is on another host, or gone.",
                        "a sandbox on this host",
                        recovery.facts().sandbox().hostId(),
                        "Ask the instance of restore-service on that host."));
    }

    private void audit(Handle transaction, Recovery recovery, String principal, String action) {
        outbox.publish(
                transaction,
                new Publication(
                        Keys.cluster(recovery.wanted().cluster()),
                        "recovery/" + recovery.id(),
                        recovery.wanted().clusterId(),
                        recovery.version(),
                        new ActionRecorded(
                                principal,
                                action,
                                "recovery/" + recovery.id(),
                                null,
                                null,
                                "done",
                                null,
                                clock.instant())));
    }
}
