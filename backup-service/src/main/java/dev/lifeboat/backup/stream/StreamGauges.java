package dev.lifeboat.backup.stream;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How streams of WAL stand, for alarms: of clusters that are declared now. */
@ApplicationScoped
class StreamGauges {
    private static final List<String> TAGS = List.of("cluster", "repository");
    private static final String STREAMS =
            " from wal_stream s join declared_cluster c on c.id = s.cluster_id and c.removed_at is null"
                    + " where s.state <> 'ended'";

    @Produces
    @Singleton
    RowGauge lagBytes() {
        return gauge(
                "lifeboat.wal.lag",
                "WAL that the server has and the store has not, when that was last known",
                "bytes",
                "greatest(0, s.server_lsn - s.stored_lsn)");
    }

    @Produces
    @Singleton
    RowGauge unstored() {
        return gauge(
                "lifeboat.wal.unstored",
                "Age of the oldest byte of WAL that was received and is not stored, counted on since it was last known",
                "seconds",
                "case when s.unstored_ms > 0 or s.state <> 'streaming' then s.unstored_ms / 1000.0"
                        + " + extract(epoch from clock_timestamp() - s.positions_at) else 0 end");
    }

    @Produces
    @Singleton
    RowGauge lastCommit() {
        return gauge(
                "lifeboat.wal.last.commit",
                "Commit time of the newest transaction that is stored, as seconds since 1970",
                "seconds",
                "extract(epoch from s.last_commit_at)");
    }

    @Produces
    @Singleton
    RowGauge retained() {
        return gauge("lifeboat.wal.retained", "What the server keeps for the stream", "bytes", "s.retained_bytes");
    }

    @Produces
    @Singleton
    RowGauge spool() {
        return gauge(
                "lifeboat.wal.spool", "WAL on the service's disk that is not stored yet", "bytes", "s.spool_bytes");
    }

    @Produces
    @Singleton
    RowGauge state() {
        return new RowGauge(
                "lifeboat.wal.stream",
                "1 for the state that each stream is in",
                null,
                List.of("cluster", "repository", "state"),
                "select s.cluster, s.repository, s.state, 1 as value" + STREAMS);
    }

    private static RowGauge gauge(String name, String description, String unit, String value) {
        return new RowGauge(
                name, description, unit, TAGS, "select s.cluster, s.repository, " + value + " as value" + STREAMS);
    }
}
