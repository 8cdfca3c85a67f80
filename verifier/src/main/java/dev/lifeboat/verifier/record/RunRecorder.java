package dev.lifeboat.verifier.record;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupEvent.BackupFailed;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import dev.lifeboat.verifier.judgement.Verdicts;
import dev.lifeboat.verifier.judgement.Verdicts.Judged;
import dev.lifeboat.verifier.ledger.Ledger;
import dev.lifeboat.verifier.ledger.LedgerPosition;
import dev.lifeboat.verifier.ledger.PrincipalPseudonyms;
import dev.lifeboat.verifier.ledger.RunStatement;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.schedule.PolicyKey;
import dev.lifeboat.verifier.schedule.ScheduleTables;
import dev.lifeboat.verifier.verification.Verifications;
import dev.lifeboat.verifier.verification.Verifications.ChecksState;
import dev.lifeboat.verifier.verification.Verifications.Verification;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Gives every run that ended exactly one entry in the ledger, and every drill its verdict. The only judge.
 *
 * <p>Entry, verdict and event are one commit: no entry, no verdict.
 */
@ApplicationScoped
class RunRecorder implements EventConsumer {
    private static final Logger LOG = Logger.getLogger(RunRecorder.class);

    private final Ledger ledger;
    private final LedgerGate gate;
    private final Outbox outbox;
    private final InstantSource clock;

    RunRecorder(Ledger ledger, LedgerGate gate, Outbox outbox, InstantSource clock) {
        this.ledger = ledger;
        this.gate = gate;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "verifier-recorder";
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(
                EventType.BACKUP_COMPLETED,
                EventType.BACKUP_FAILED,
                EventType.BACKUP_SKIPPED,
                EventType.RECOVERY_ENDED,
                EventType.RECOVERY_SKIPPED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        UUID clusterId = received.event().clusterid();
        EventData data = received.event().data();
        gate.requireOpen(transaction);
        Optional<Long> missed = missed(transaction, clusterId, data);
        if (missed.isPresent() && (data instanceof BackupSkipped || data instanceof RecoverySkipped)) {
            LOG.infof(
                    "%s comes late: its run is entry %d, missed",
                    received.event().type(), missed.get());
            return;
        }
        switch (data) {
            case BackupCompleted backup ->
                backup(
                        transaction,
                        backup.backupId(),
                        clusterId,
                        backup.cluster(),
                        "completed",
                        BackupEvidence.of(backup, clusterId, pseudonym(transaction, backup.requestedBy()))
                                .madeUpFor(missed));
            case BackupFailed backup ->
                backup(
                        transaction,
                        backup.backupId(),
                        clusterId,
                        backup.cluster(),
                        "failed",
                        BackupEvidence.of(backup, clusterId, pseudonym(transaction, backup.requestedBy()))
                                .madeUpFor(missed));
            case BackupSkipped backup ->
                backup(
                        transaction,
                        backup.backupId(),
                        clusterId,
                        backup.cluster(),
                        "skipped",
                        BackupEvidence.of(backup, clusterId));
            case RecoveryEnded ended -> drill(transaction, ended, clusterId, missed);
            case RecoverySkipped skipped ->
                record(
                        transaction,
                        new VerdictRecorded(
                                skipped.recoveryId(),
                                "drill",
                                null,
                                skipped.cluster(),
                                "skipped",
                                null,
                                skipped.reason(),
                                0,
                                "",
                                clock.instant(),
                                null),
                        clusterId,
                        1,
                        DrillEvidence.skipped(skipped, clusterId));
            default -> throw new IllegalArgumentException("no such event is asked for: " + data.getClass());
        }
    }

    /** The entry that says that this run was missed, if it was due and there is one. */
    private static Optional<Long> missed(Handle transaction, UUID clusterId, EventData data) {
        return switch (data) {
            case BackupCompleted it -> missed(transaction, clusterId, Kind.BACKUP, it.policy(), it.dueAt());
            case BackupFailed it -> missed(transaction, clusterId, Kind.BACKUP, it.policy(), it.dueAt());
            case BackupSkipped it -> missed(transaction, clusterId, Kind.BACKUP, it.policy(), it.dueAt());
            case RecoveryEnded it -> missed(transaction, clusterId, Kind.DRILL, it.policy(), it.dueAt());
            case RecoverySkipped it -> missed(transaction, clusterId, Kind.DRILL, it.policy(), it.dueAt());
            default -> Optional.empty();
        };
    }

    private static Optional<Long> missed(Handle transaction, UUID clusterId, Kind kind, String policy, Instant dueAt) {
        return policy == null || dueAt == null
                ? Optional.empty()
                : ScheduleTables.missedEntry(transaction, new PolicyKey(clusterId, kind, policy), dueAt);
    }

    private void drill(Handle transaction, RecoveryEnded ended, UUID clusterId, Optional<Long> missed) {
        Optional<Verification> newest = Verifications.find(transaction, ended.recoveryId());
        if (newest.filter(row -> row.attempt() > ended.attempt()).isPresent()) {
            LOG.infof("the end of an older attempt of recovery %s changes nothing", ended.recoveryId());
            return;
        }
        Optional<Verification> verification = newest.filter(row -> row.attempt() == ended.attempt());
        if (ledger.position(transaction, key("drill", ended.recoveryId())).isPresent()) {
            // One run, one entry: whoever says again that it ended changes nothing.
            return;
        }
        Optional<List<CheckResult>> checks = verification
                .filter(row -> row.checksState() == ChecksState.COMPLETED || row.checksState() == ChecksState.ABANDONED)
                .map(Verification::checks);
        Judged judged = Verdicts.drill(ended, checks);
        Duration offset = verification.map(Verification::clockOffset).orElse(null);
        RunStatement statement = DrillEvidence.of(
                        ended, judged, clusterId, pseudonym(transaction, ended.requestedBy()), offset)
                .madeUpFor(missed);
        LedgerPosition position = ledger.append(transaction, key("drill", ended.recoveryId()), statement);
        long version = Verifications.judged(
                transaction,
                ended.recoveryId(),
                ended.attempt(),
                ended.cluster(),
                clusterId,
                ended.state(),
                judged.verdict(),
                judged.reason(),
                judged.checks(),
                position);
        publish(
                transaction,
                new VerdictRecorded(
                        ended.recoveryId(),
                        "drill",
                        ended.attempt(),
                        ended.cluster(),
                        ended.state(),
                        judged.verdict(),
                        judged.reason(),
                        position.sequence(),
                        position.digest(),
                        clock.instant(),
                        judged.checks()),
                clusterId,
                version);
    }

    private void backup(
            Handle transaction, UUID id, UUID clusterId, String cluster, String ending, RunStatement statement) {
        record(
                transaction,
                new VerdictRecorded(id, "backup", null, cluster, ending, null, null, 0, "", clock.instant(), null),
                clusterId,
                1,
                statement);
    }

    private void record(
            Handle transaction, VerdictRecorded verdict, UUID clusterId, long version, RunStatement statement) {
        String key = key(verdict.runKind(), verdict.runId());
        if (ledger.position(transaction, key).isPresent()) {
            return;
        }
        LedgerPosition position = ledger.append(transaction, key, statement);
        publish(
                transaction,
                new VerdictRecorded(
                        verdict.runId(),
                        verdict.runKind(),
                        verdict.attempt(),
                        verdict.cluster(),
                        verdict.ending(),
                        verdict.verdict(),
                        verdict.reason(),
                        position.sequence(),
                        position.digest(),
                        verdict.recordedAt(),
                        verdict.checks()),
                clusterId,
                version);
    }

    private void publish(Handle transaction, VerdictRecorded verdict, UUID clusterId, long version) {
        outbox.publish(
                transaction,
                new Publication(
                        Keys.cluster(verdict.cluster()),
                        "verification/" + verdict.runId(),
                        clusterId,
                        version,
                        verdict));
    }

    private static UUID pseudonym(Handle transaction, String requestedBy) {
        return requestedBy != null && requestedBy.startsWith("principal/")
                ? PrincipalPseudonyms.of(transaction, requestedBy)
                : null;
    }

    private static String key(String kind, UUID id) {
        return kind + "/" + id;
    }
}
