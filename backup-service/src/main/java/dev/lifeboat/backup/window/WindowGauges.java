package dev.lifeboat.backup.window;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How recovery windows stand, for alarms: of clusters that are declared now, as the last audit found them. */
@ApplicationScoped
class WindowGauges {
    private static final List<String> TAGS = List.of("cluster", "repository", "method");
    private static final String DECLARED =
            " from wal_audit a join declared_cluster c on c.id = a.cluster_id and c.removed_at is null";
    private static final String BY = " group by 1, 2, 3";

    @Produces
    @Singleton
    RowGauge newest() {
        return new RowGauge(
                "lifeboat.wal.recoverable",
                "The newest moment that can be recovered, as seconds since 1970",
                "seconds",
                TAGS,
                "select a.cluster, a.repository, a.method, extract(epoch from max(a.newest_at)) as value" + DECLARED
                        + " where a.newest_at is not null" + BY);
    }

    @Produces
    @Singleton
    RowGauge gaps() {
        return new RowGauge(
                "lifeboat.wal.gaps",
                "Stretches of WAL that a recovery would need and the repository does not have",
                null,
                TAGS,
                "select a.cluster, a.repository, a.method, sum(a.open_gaps) as value" + DECLARED + BY);
    }

    @Produces
    @Singleton
    RowGauge lag() {
        return new RowGauge(
                "lifeboat.wal.archive.lag",
                "Archive mode: what the server had written beyond what the repository has",
                "bytes",
                List.of("cluster", "repository"),
                "select a.cluster, a.repository, min(a.lag_bytes) as value" + DECLARED
                        + " where a.lag_bytes is not null and a.method = 'pgbackrest' group by 1, 2");
    }

    @Produces
    @Singleton
    RowGauge audited() {
        return new RowGauge(
                "lifeboat.wal.audited",
                "When the repository's WAL was last listed, as seconds since 1970; one that does not list keeps its place",
                "seconds",
                TAGS,
                "select a.cluster, a.repository, a.method, extract(epoch from max(a.audited_at)"
                        + " filter (where a.failure is null)) as value" + DECLARED + BY
                        + " having count(*) filter (where a.failure is null) > 0");
    }

    @Produces
    @Singleton
    RowGauge stalled() {
        return new RowGauge(
                "lifeboat.wal.archiving.stalled",
                "1 while the server's archiver does not get WAL into the repository",
                null,
                List.of("cluster", "repository"),
                "select w.cluster, w.repository, case when w.stalled_at is null then 0 else 1 end as value"
                        + " from wal_archiving w join declared_cluster c on c.id = w.cluster_id and c.removed_at is null");
    }
}
