package dev.lifeboat.restore.recovery;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How rehearsals stand, for alarms: of clusters that are declared now. An alarm on the age of a proof begins here. */
@ApplicationScoped
class RecoveryGauges {
    private static final List<String> TAGS = List.of("cluster", "kind", "method");
    private static final String DECLARED =
            "recovery r join declared_cluster c on c.id = r.cluster_id and c.removed_at is null";
    private static final String ENDED = " where r.ended_at is not null and r.verdict is not null";
    private static final String NEWEST = " order by r.cluster, r.kind, r.method, r.ended_at desc";
    private static final String EACH = "select distinct on (r.cluster, r.kind, r.method) r.cluster, r.kind, r.method, ";

    @Produces
    @Singleton
    RowGauge lastPassed() {
        return new RowGauge(
                "lifeboat.drill.last.passed",
                "When the newest rehearsal that passed ended, as seconds since 1970",
                "seconds",
                TAGS,
                "select r.cluster, r.kind, r.method, extract(epoch from max(r.ended_at)) as value from " + DECLARED
                        + ENDED + " and r.verdict ->> 'verdict' = 'passed' group by 1, 2, 3");
    }

    @Produces
    @Singleton
    RowGauge lastVerdict() {
        return new RowGauge(
                "lifeboat.drill.last.verdict",
                "1 for each newest rehearsal, with its verdict as a tag",
                null,
                List.of("cluster", "kind", "method", "verdict"),
                EACH + "r.verdict ->> 'verdict' as verdict, 1 as value from " + DECLARED + ENDED + NEWEST);
    }

    @Produces
    @Singleton
    RowGauge rto() {
        return measure("lifeboat.drill.rto", "RTO as the newest rehearsal measured it", "rto");
    }

    @Produces
    @Singleton
    RowGauge rpo() {
        return measure("lifeboat.drill.rpo", "RPO as the newest rehearsal measured it", "rpo");
    }

    private static RowGauge measure(String name, String description, String column) {
        return new RowGauge(
                name,
                description,
                "seconds",
                TAGS,
                EACH + "extract(epoch from (r." + column + " ->> 'measured')::interval) as value from " + DECLARED
                        + ENDED + " and r." + column + " ->> 'measured' is not null" + NEWEST);
    }

    @Produces
    @Singleton
    RowGauge active() {
        return new RowGauge(
                "lifeboat.recoveries.active",
                "Recoveries that have not ended",
                null,
                List.of("cluster", "state"),
                "select cluster, state, count(*) as value from recovery where ended_at is null group by 1, 2");
    }
}
