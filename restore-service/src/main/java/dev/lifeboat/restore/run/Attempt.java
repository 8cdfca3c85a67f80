package dev.lifeboat.restore.run;

import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Progress;
import dev.lifeboat.restore.recovery.PhaseName;
import dev.lifeboat.restore.recovery.RecoveryState;
import dev.lifeboat.restore.sandbox.Sandbox;
import dev.lifeboat.restore.sandbox.SandboxServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/** The course of one attempt over the operation that runs it: rows fenced, pin and lease kept alive. */
final class Attempt implements Course {
    private static final Duration RENEW_LEASE = Duration.ofSeconds(15);
    private static final Duration RENEW_PIN = Duration.ofMinutes(10);
    private static final Duration PIN = Duration.ofHours(2);

    private final OperationContext context;
    private final RecoveryRows rows;
    private final BackupPins pins;
    private final InstantSource clock;
    private UUID pinned;
    private Sandbox sandbox;
    private Instant leaseRenewed = Instant.EPOCH;
    private Instant pinRenewed = Instant.EPOCH;
    private volatile PhaseName phase = PhaseName.PLANNING;
    private volatile long phaseBytes;

    Attempt(OperationContext context, RecoveryRows rows, BackupPins pins, InstantSource clock) {
        this.context = context;
        this.rows = rows;
        this.pins = pins;
        this.clock = clock;
    }

    OperationContext context() {
        return context;
    }

    void provisioning(RecoveryState.Planning planning) {
        move(planning.toProvisioning(), PhaseName.PROVISIONING);
    }

    @Override
    public void restoring() {
        if (!(rows.read(context.id()).state() instanceof RecoveryState.Provisioning provisioning)) {
            throw new IllegalStateException("only what was provisioned is restored into");
        }
        move(provisioning.toRestoring(), PhaseName.RESTORING);
    }

    @Override
    public void replaying() {
        if (!(rows.read(context.id()).state() instanceof RecoveryState.Restoring restoring)) {
            throw new IllegalStateException("only what was restored replays");
        }
        move(restoring.toReplaying(), PhaseName.REPLAYING);
    }

    @Override
    public void enter(PhaseName next) {
        move(null, next);
    }

    private void move(RecoveryState to, PhaseName next) {
        context.check();
        rows.move(context, to, next, phaseBytes);
        phase = next;
        phaseBytes = 0;
        context.progress(new Progress(next.text(), 0, 0));
    }

    @Override
    public synchronized void check() {
        context.check();
        Instant now = clock.instant();
        if (sandbox != null && now.isAfter(leaseRenewed.plus(RENEW_LEASE))) {
            sandbox.server().renew(now.plus(SandboxServer.LEASE));
            leaseRenewed = now;
        }
        if (pinned != null && now.isAfter(pinRenewed.plus(RENEW_PIN))) {
            pin(pinned);
        }
    }

    @Override
    public void progress(long done, long total) {
        phaseBytes = done;
        context.progress(new Progress(phase.text(), done, total));
    }

    /** Pins the backup, and from now on keeps it pinned. */
    synchronized void pin(UUID backupId) {
        Instant now = clock.instant();
        pins.pin(backupId, context.id(), now.plus(PIN));
        pinned = backupId;
        pinRenewed = now;
    }

    /** Keeps this sandbox alive from now on. */
    synchronized void keepAlive(Sandbox made) {
        sandbox = made;
        leaseRenewed = clock.instant();
    }
}
