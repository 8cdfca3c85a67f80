package dev.lifeboat.verifier.record;

import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupEvent.BackupFailed;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.verifier.ledger.RunStatement;
import dev.lifeboat.verifier.ledger.evidence.Declared;
import dev.lifeboat.verifier.ledger.evidence.Judgement;
import dev.lifeboat.verifier.ledger.evidence.Measured;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Cluster;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Run;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** What a backup's end says, in the words of the ledger. A backup alone proves nothing, so there is no verdict. */
final class BackupEvidence {
    private BackupEvidence() {}

    static RunStatement of(BackupCompleted backup, UUID clusterId, UUID requestedBy) {
        SortedMap<String, String> facts = new TreeMap<>();
        if (backup.omissions() != null && !backup.omissions().isEmpty()) {
            facts.put("omissions", Integer.toString(backup.omissions().size()));
        }
        if (backup.systemIdentifier() != null) {
            facts.put("systemIdentifier", backup.systemIdentifier());
        }
        Measured measured = new Measured(
                backup.snapshotAt() == null && backup.stopLsn() == null
                        ? null
                        : new Measured.Reached(backup.snapshotAt(), null, backup.stopLsn(), backup.timeline()),
                List.of(new Measured.Phase(
                        "backup",
                        backup.startedAt(),
                        Duration.between(backup.startedAt(), backup.completedAt()),
                        backup.storedBytes())),
                null,
                null,
                null);
        return new RunStatement(
                List.of(
                        Subject.of("manifest", backup.manifest().sha256()),
                        Subject.of("inventory", backup.inventory().sha256())),
                new RunEvidence(
                        run(
                                Ending.COMPLETED,
                                backup.backupId(),
                                new Cluster(backup.cluster(), clusterId),
                                backup.dueAt(),
                                backup.requestedAt(),
                                backup.completedAt()),
                        declared(
                                requestedBy,
                                backup.policy(),
                                backup.method(),
                                backup.type(),
                                backup.repository(),
                                facts),
                        measured,
                        new Judgement(null, null, null, null, null, List.of())));
    }

    static RunStatement of(BackupFailed backup, UUID clusterId, UUID requestedBy) {
        return new RunStatement(
                List.of(),
                new RunEvidence(
                        run(
                                Ending.FAILED,
                                backup.backupId(),
                                new Cluster(backup.cluster(), clusterId),
                                backup.dueAt(),
                                backup.requestedAt(),
                                backup.failedAt()),
                        declared(requestedBy, backup.policy(), backup.method(), backup.type(), null, new TreeMap<>()),
                        Measured.nothing(),
                        new Judgement(
                                null,
                                backup.failure().message(),
                                backup.failure().code(),
                                null,
                                null,
                                List.of())));
    }

    static RunStatement of(BackupSkipped backup, UUID clusterId) {
        return new RunStatement(
                List.of(),
                new RunEvidence(
                        run(
                                Ending.SKIPPED,
                                backup.backupId(),
                                new Cluster(backup.cluster(), clusterId),
                                backup.dueAt(),
                                null,
                                backup.skippedAt()),
                        declared(null, backup.policy(), backup.method(), null, null, new TreeMap<>()),
                        Measured.nothing(),
                        new Judgement(null, backup.reason(), "run.skipped", null, null, List.of())));
    }

    private static Run run(
            Ending ending, UUID id, Cluster cluster, Instant dueAt, Instant requestedAt, Instant endedAt) {
        return new Run(Kind.BACKUP, ending, id, null, cluster, dueAt, requestedAt, endedAt);
    }

    private static Declared declared(
            UUID requestedBy,
            String policy,
            String method,
            String type,
            String repository,
            SortedMap<String, String> facts) {
        return new Declared(
                requestedBy,
                policy == null ? null : new Declared.Policy(policy, null),
                method,
                type,
                repository,
                null,
                null,
                facts);
    }
}
