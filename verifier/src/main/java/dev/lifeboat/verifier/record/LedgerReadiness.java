package dev.lifeboat.verifier.record;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.health.Readiness;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Not ready while the ledger may not grow: nobody shall rely on verdicts that are not recorded. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
class LedgerReadiness implements HealthCheck {
    private final Database database;
    private final LedgerGate gate;
    private final EvidencePublisher publisher;

    LedgerReadiness(Database database, LedgerGate gate, EvidencePublisher publisher) {
        this.database = database;
        this.gate = gate;
        this.publisher = publisher;
    }

    @Override
    public HealthCheckResponse call() {
        return Readiness.of("ledger", missing());
    }

    private Optional<Failure> missing() {
        Optional<Failure> halted = halted();
        if (halted.isPresent()) {
            return halted;
        }
        // Once compared, an object store that is away stops nothing: the entries are published later.
        return gate.isChecked() ? Optional.empty() : publisher.trouble();
    }

    private Optional<Failure> halted() {
        try {
            return database.inTransaction(gate::halted);
        } catch (RuntimeException e) {
            // The database's own check says that it does not answer.
            return Optional.empty();
        }
    }
}
