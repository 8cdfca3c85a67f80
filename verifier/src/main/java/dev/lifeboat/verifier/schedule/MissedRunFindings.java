package dev.lifeboat.verifier.schedule;

import dev.lifeboat.verifier.finding.Findings;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One finding per policy that misses its runs: raised with the first, changed with each further one, closed when a run of
 * the schedule completes that was due no earlier than the newest missed one, or when the schedule is withdrawn.
 */
@ApplicationScoped
class MissedRunFindings {
    private final Findings findings;

    MissedRunFindings(Findings findings) {
        this.findings = findings;
    }

    void missed(Handle transaction, PolicyKey key, String cluster, Instant dueAt) {
        String what = word(key.kind());
        findings.raise(transaction, subject(key, cluster), dueAt, new Findings.Words() {
            @Override
            public String message(int times) {
                return times == 1
                        ? "The " + what + " " + key.policy() + " of " + cluster + " was due at " + dueAt
                                + " and did not begin."
                        : times + " runs of the " + what + " " + key.policy() + " of " + cluster
                                + " did not begin; the newest was due at " + dueAt + ".";
            }

            @Override
            public String hint() {
                return "Look whether " + (key.kind() == Kind.BACKUP ? "backup-service" : "restore-service")
                        + " runs and is ready, and whether its events reach Kafka.";
            }
        });
    }

    void completed(Handle transaction, PolicyKey key, String cluster, Instant dueAt) {
        findings.close(
                transaction,
                subject(key, cluster),
                Optional.of(dueAt),
                "The run that was due at " + dueAt + " completed.");
    }

    void withdrawn(Handle transaction, PolicyKey key, String cluster) {
        findings.close(transaction, subject(key, cluster), Optional.empty(), "The schedule is no longer declared.");
    }

    private static Findings.Subject subject(PolicyKey key, String cluster) {
        String code = word(key.kind()) + ".run-missed";
        return new Findings.Subject(
                code + "/" + key.clusterId() + "/" + key.policy(),
                code,
                key.kind() == Kind.BACKUP ? "critical" : "warning",
                key.clusterId(),
                cluster,
                null,
                key.policy());
    }

    static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
