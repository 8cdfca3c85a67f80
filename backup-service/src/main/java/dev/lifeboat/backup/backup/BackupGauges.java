package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How backups stand, for alarms: of clusters that are declared now. */
@ApplicationScoped
class BackupGauges {
    private static final List<String> TAGS = List.of("cluster", "method", "policy");
    private static final String NAMED =
            "b.cluster, b.policy ->> 'method' as method, coalesce(b.policy_name, '') as policy";
    private static final String DECLARED =
            "backup b join declared_cluster c on c.id = b.cluster_id and c.removed_at is null";

    @Produces
    @Singleton
    RowGauge lastSuccess() {
        return new RowGauge(
                "lifeboat.backup.last.success",
                "When the newest backup that can still be restored ended, as seconds since 1970",
                "seconds",
                TAGS,
                "select " + NAMED + ", extract(epoch from max(b.ended_at)) as value from " + DECLARED
                        + " where b.state = 'completed' group by 1, 2, 3");
    }

    @Produces
    @Singleton
    RowGauge lastOutcome() {
        return new RowGauge(
                "lifeboat.backup.last.succeeded",
                "1 when the newest run that ended was a backup, 0 when it failed or was skipped",
                null,
                TAGS,
                "select distinct on (b.cluster, 2, 3) " + NAMED
                        + ", case when b.state in ('failed', 'skipped') then 0 else 1 end as value from " + DECLARED
                        + " where b.state not in ('requested', 'running') order by 1, 2, 3, b.requested_at desc");
    }

    @Produces
    @Singleton
    RowGauge lastDuration() {
        return new RowGauge(
                "lifeboat.backup.last.duration",
                "How long the newest backup took, from its start to its end",
                "seconds",
                TAGS,
                "select distinct on (b.cluster, 2, 3) " + NAMED
                        + ", extract(epoch from b.ended_at - b.started_at) as value from " + DECLARED
                        + " where b.state = 'completed' order by 1, 2, 3, b.ended_at desc");
    }

    @Produces
    @Singleton
    RowGauge stored() {
        return new RowGauge(
                "lifeboat.backup.stored",
                "What the backups that can be restored take in their repository, as their methods counted it",
                "bytes",
                List.of("cluster", "method", "repository"),
                "select b.cluster, b.policy ->> 'method' as method, b.repository,"
                        + " sum((b.outcome ->> 'storedBytes')::numeric) as value from " + DECLARED
                        + " where b.state = 'completed' group by 1, 2, 3");
    }

    @Produces
    @Singleton
    RowGauge active() {
        return new RowGauge(
                "lifeboat.backups.active",
                "Backups that were asked for and have not ended",
                null,
                List.of("cluster", "state"),
                "select cluster, state, count(*) as value from backup where state in ('requested', 'running')"
                        + " group by 1, 2");
    }
}
