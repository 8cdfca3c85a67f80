package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.retention.Candidate.Proof;
import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.platform.events.SuspectReadModels;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Which backups were proven to restore, and which were not: learned from restore-service, which says what a recovery
 * restored, and from the verifier, which judged it.
 */
@ApplicationScoped
class Proofs implements EventConsumer {
    private static final String NAME = "proofs";
    private static final String DRILL = "drill";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<EventType> types() {
        return EnumSet.of(EventType.RECOVERY_ENDED, EventType.VERDICT_RECORDED);
    }

    @Override
    public void on(Received received, Handle transaction) {
        switch (received.event().data()) {
            case RecoveryEnded ended -> restored(transaction, ended);
            case VerdictRecorded recorded -> judged(transaction, recorded);
            default ->
                throw new IllegalArgumentException(
                        "not asked for: " + received.event().type());
        }
    }

    private static void restored(Handle transaction, RecoveryEnded ended) {
        if (ended.backupId() != null) {
            transaction
                    .createUpdate("insert into restore_proof (recovery_id, backup_id) values (:recovery, :backup)"
                            + " on conflict (recovery_id) do update set backup_id = excluded.backup_id")
                    .bind("recovery", ended.recoveryId())
                    .bind("backup", ended.backupId())
                    .execute();
        }
    }

    /** A rehearsal that could not be carried out says nothing about the backup. */
    private static void judged(Handle transaction, VerdictRecorded recorded) {
        boolean says = recorded.verdict() == Verdict.PASSED || recorded.verdict() == Verdict.FAILED;
        if (says && DRILL.equals(recorded.runKind())) {
            transaction
                    .createUpdate("insert into restore_proof (recovery_id, verdict, recorded_at)"
                            + " values (:recovery, :verdict, :at) on conflict (recovery_id) do update"
                            + " set verdict = excluded.verdict, recorded_at = excluded.recorded_at")
                    .bind("recovery", recorded.runId())
                    .bind("verdict", recorded.verdict() == Verdict.PASSED ? "passed" : "failed")
                    .bind("at", Rows.at(recorded.recordedAt()))
                    .execute();
        }
    }

    /** The newest verdict on each backup of a cluster that has one. */
    Map<UUID, Proof> of(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select distinct on (p.backup_id) p.backup_id, p.verdict from restore_proof p"
                        + " join backup b on b.id = p.backup_id where b.cluster_id = :cluster and p.verdict is not null"
                        + " order by p.backup_id, p.recorded_at desc, p.recovery_id desc")
                .bind("cluster", clusterId)
                .map((row, context) -> Map.entry(
                        row.getObject("backup_id", UUID.class),
                        row.getString("verdict").equals("passed") ? Proof.PASSED : Proof.FAILED))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Whether an event about the cluster could not be read, so that what is known here may be wrong. */
    boolean doubted(Handle transaction, String cluster) {
        return SuspectReadModels.doubts(transaction, NAME, Keys.cluster(cluster));
    }
}
