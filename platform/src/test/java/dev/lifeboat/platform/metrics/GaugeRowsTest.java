package dev.lifeboat.platform.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GaugeRowsTest {
    private static final Tags SHOP = Tags.of("cluster", "shop");
    private static final Tags BANK = Tags.of("cluster", "bank");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GaugeRows rows =
            new GaugeRows(new RowGauge("findings", "How many", null, List.of("cluster"), "select"), registry);

    @Test
    void aGaugeThatIsReadAgainWasThereAllTheTime() {
        rows.show(Map.of(SHOP, 1.0));
        Gauge before = gauge(SHOP);

        rows.show(Map.of(SHOP, 2.0, BANK, 5.0));

        assertThat(gauge(SHOP)).isSameAs(before);
        assertThat(before.value()).isEqualTo(2.0);
        assertThat(gauge(BANK).value()).isEqualTo(5.0);
    }

    @Test
    void whatIsNoLongerReadIsWithdrawnAndComesBack() {
        rows.show(Map.of(SHOP, 1.0, BANK, 5.0));

        rows.show(Map.of(BANK, 5.0));
        assertThat(gauge(SHOP)).isNull();
        rows.show(Map.of());
        assertThat(registry.getMeters()).isEmpty();

        rows.show(Map.of(SHOP, 3.0));
        assertThat(gauge(SHOP).value()).isEqualTo(3.0);
    }

    private Gauge gauge(Tags tags) {
        return registry.find("findings").tags(tags).gauge();
    }
}
