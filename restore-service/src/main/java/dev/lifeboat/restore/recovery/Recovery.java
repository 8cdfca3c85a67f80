package dev.lifeboat.restore.recovery;

import dev.lifeboat.restore.plan.RecoveryPlan;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Clocks;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.VerificationEvent.ChecksCompleted;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import java.time.Instant;
import java.util.UUID;

/**
 * A recovery as its row says. What a later step finds out is null before.
 *
 * @param version of the aggregate, one more for each change that is told to others
 */
public record Recovery(Wanted wanted, RecoveryState state, long version, Instant endedAt, Facts facts) {

    /** Identity. */
    public UUID id() {
        return wanted.recoveryId();
    }

    /** Method as asked for, else as the chosen backup says; {@link Wanted#METHOD_NOT_KNOWN} before there is one. */
    public String method() {
        boolean said = wanted.method() == null && facts.backup() != null;
        return said ? facts.backup().method() : wanted.methodTold();
    }

    /** What was found out on the way. */
    public record Facts(
            BackupUsed backup,
            RecoveryPlan plan,
            SandboxFacts sandbox,
            Clocks clocks,
            Reached reached,
            Instant firstWriteAt,
            Measure rto,
            Measure rpo,
            Inspection inspection,
            Isolation isolation,
            TornDown tornDown,
            Integer credentialsAttempt,
            ChecksCompleted checks,
            VerdictRecorded verdict) {}
}
