package dev.lifeboat.backup.marker;

import dev.lifeboat.platform.metrics.RowGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** How old markers are, for an alarm. */
@ApplicationScoped
class MarkerGauges {

    @Produces
    @Singleton
    RowGauge newest() {
        return new RowGauge(
                "lifeboat.markers.newest",
                "When the newest marker was written, by the cluster's clock, as seconds since 1970",
                "seconds",
                List.of("cluster"),
                "select w.cluster, extract(epoch from w.newest) as value from marker_writer w"
                        + " join declared_cluster c on c.id = w.cluster_id and c.removed_at is null"
                        + " where w.newest is not null");
    }
}
