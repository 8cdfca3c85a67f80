package dev.lifeboat.verifier.ledger;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How the ledger stands, for alarms. */
@ApplicationScoped
class LedgerGauges {

    @Produces
    @Singleton
    RowGauge entries() {
        return new RowGauge(
                "lifeboat.ledger.entries",
                "Entries of the ledger; a number that falls is an alarm",
                null,
                List.of(),
                "select sequence as value from ledger_head");
    }

    @Produces
    @Singleton
    RowGauge exported() {
        return new RowGauge(
                "lifeboat.ledger.exported",
                "Entries that lie in the evidence bucket too",
                null,
                List.of(),
                "select exported as value from evidence_export");
    }

    @Produces
    @Singleton
    RowGauge halted() {
        return new RowGauge(
                "lifeboat.ledger.halted",
                "1 while the ledger contradicts what it has published: nothing is appended then",
                null,
                List.of(),
                "select count(*) as value from ledger_halt");
    }
}
