package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupEvent.BackupFailed;
import dev.lifeboat.schemas.backup.BackupEvent.BackupRequested;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryRequested;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.schedule.Reconciliation.Heard;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Hears of the runs that schedules asked for. What a person asked for was never due. */
@ApplicationScoped
class RunListener implements EventConsumer {
    static final String NAME = "verifier-scheduled-runs";
    private static final String COMPLETED = "completed";

    private final MissedRunFindings findings;

    RunListener(MissedRunFindings findings) {
        this.findings = findings;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(
                EventType.BACKUP_REQUESTED,
                EventType.BACKUP_COMPLETED,
                EventType.BACKUP_FAILED,
                EventType.BACKUP_SKIPPED,
                EventType.RECOVERY_REQUESTED,
                EventType.RECOVERY_ENDED,
                EventType.RECOVERY_SKIPPED);
    }

    /** A run, if a schedule asked for it. */
    private record Said(Kind kind, String cluster, String policy, Instant dueAt, UUID run, String ending) {}

    @Override
    public void on(Received received, Handle transaction) {
        said(received.event().data())
                .filter(said -> said.policy() != null && said.dueAt() != null)
                .ifPresent(said -> {
                    PolicyKey key = new PolicyKey(received.event().clusterid(), said.kind(), said.policy());
                    ScheduleTables.lock(transaction, key);
                    ScheduleTables.heard(transaction, key, said.dueAt(), new Heard(said.run(), said.ending()));
                    if (COMPLETED.equals(said.ending())) {
                        findings.completed(transaction, key, said.cluster(), said.dueAt());
                    }
                });
    }

    private static Optional<Said> said(EventData data) {
        return Optional.of(
                switch (data) {
                    case BackupRequested it -> backup(it.cluster(), it.policy(), it.dueAt(), it.backupId(), null);
                    case BackupCompleted it -> backup(it.cluster(), it.policy(), it.dueAt(), it.backupId(), COMPLETED);
                    case BackupFailed it -> backup(it.cluster(), it.policy(), it.dueAt(), it.backupId(), "failed");
                    case BackupSkipped it -> backup(it.cluster(), it.policy(), it.dueAt(), it.backupId(), "skipped");
                    case RecoveryRequested it -> drill(it.cluster(), it.policy(), it.dueAt(), it.recoveryId(), null);
                    case RecoveryEnded it -> drill(it.cluster(), it.policy(), it.dueAt(), it.recoveryId(), it.state());
                    case RecoverySkipped it -> drill(it.cluster(), it.policy(), it.dueAt(), it.recoveryId(), "skipped");
                    default -> throw new IllegalArgumentException("no such event is asked for: " + data.getClass());
                });
    }

    private static Said backup(String cluster, String policy, Instant dueAt, UUID run, String ending) {
        return new Said(Kind.BACKUP, cluster, policy, dueAt, run, ending);
    }

    private static Said drill(String cluster, String policy, Instant dueAt, UUID run, String ending) {
        return new Said(Kind.DRILL, cluster, policy, dueAt, run, ending);
    }
}
