package dev.lifeboat.verifier.record;

import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import dev.lifeboat.verifier.ledger.Ledger;
import dev.lifeboat.verifier.ledger.LedgerPosition;
import dev.lifeboat.verifier.ledger.RunStatement;
import dev.lifeboat.verifier.ledger.evidence.Declared;
import dev.lifeboat.verifier.ledger.evidence.Judgement;
import dev.lifeboat.verifier.ledger.evidence.Measured;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Cluster;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Run;
import dev.lifeboat.verifier.schedule.MissedRunRecord;
import dev.lifeboat.verifier.schedule.PolicyKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The ledger's entry about a run that was due and of which nothing was heard. */
@ApplicationScoped
class MissedRunEntry implements MissedRunRecord {
    static final String REASON = "It was due, and nothing was heard of it in time.";

    private final Ledger ledger;
    private final LedgerGate gate;
    private final Outbox outbox;

    MissedRunEntry(Ledger ledger, LedgerGate gate, Outbox outbox) {
        this.ledger = ledger;
        this.gate = gate;
        this.outbox = outbox;
    }

    @Override
    public boolean isOpen(Handle transaction) {
        return gate.isOpen(transaction);
    }

    @Override
    public long missed(Handle transaction, PolicyKey key, String cluster, Instant dueAt, Instant foundAt) {
        gate.requireOpen(transaction);
        String kind = key.kind().name().toLowerCase(Locale.ROOT);
        String name = "missed-" + kind + "/" + key.clusterId() + "/" + key.policy() + "/" + dueAt;
        LedgerPosition position = ledger.append(transaction, name, statement(key, cluster, dueAt, foundAt));
        // It never had an id: the same moment of the same policy has the same one, whoever computes it.
        UUID runId = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        outbox.publish(
                transaction,
                new Publication(
                        Keys.cluster(cluster),
                        "verification/" + runId,
                        key.clusterId(),
                        1,
                        new VerdictRecorded(
                                runId,
                                kind,
                                null,
                                cluster,
                                "missed",
                                null,
                                REASON,
                                position.sequence(),
                                position.digest(),
                                foundAt,
                                null)));
        return position.sequence();
    }

    static RunStatement statement(PolicyKey key, String cluster, Instant dueAt, Instant foundAt) {
        return new RunStatement(
                List.of(),
                new RunEvidence(
                        new Run(
                                key.kind(),
                                Ending.MISSED,
                                null,
                                null,
                                new Cluster(cluster, key.clusterId()),
                                dueAt,
                                null,
                                foundAt),
                        new Declared(
                                null,
                                new Declared.Policy(key.policy(), null),
                                null,
                                null,
                                null,
                                null,
                                null,
                                new TreeMap<>()),
                        Measured.nothing(),
                        new Judgement(null, REASON, "run.missed", null, null, List.of())));
    }
}
