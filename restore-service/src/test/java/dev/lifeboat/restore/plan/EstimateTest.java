package dev.lifeboat.restore.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.plan.Estimate.PastRun;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void withoutHistoryThereIsNone() {
        assertThat(Estimate.of(1000, List.of())).isEqualTo(new Estimate(null, 0));
    }

    @Test
    void theDataGrowsAndTheRestDoesNot() {
        var history = List.of(new PastRun(1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(3)));

        assertThat(Estimate.of(2_000_000, history)).isEqualTo(new Estimate(Duration.ofSeconds(23), 1));
    }

    @Test
    void anOutlierDoesNotDecide() {
        var history = List.of(
                new PastRun(1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(2)),
                new PastRun(1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(2)),
                new PastRun(1_000_000, Duration.ofHours(1), Duration.ofSeconds(2)));

        assertThat(Estimate.of(1_000_000, history).duration()).isEqualTo(Duration.ofSeconds(12));
    }
}
