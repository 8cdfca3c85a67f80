package dev.lifeboat.verifier.finding;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What is found and not mended, for alarms. */
@ApplicationScoped
class FindingGauges {

    @Produces
    @Singleton
    RowGauge open() {
        return new RowGauge(
                "lifeboat.findings.open",
                "Findings that are open",
                null,
                List.of("code", "severity", "cluster"),
                "select code, severity, cluster, count(*) as value from finding where closed_at is null group by 1, 2, 3");
    }

    @Produces
    @Singleton
    RowGauge settled() {
        return new RowGauge(
                "lifeboat.schedule.settled",
                "Up to when each run that was due is known to have run, been skipped or been missed, as seconds since 1970",
                "seconds",
                List.of("cluster", "kind", "policy"),
                "select cluster, kind, policy, extract(epoch from settled_until) as value from policy_watch");
    }
}
