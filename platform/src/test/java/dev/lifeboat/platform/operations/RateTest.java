package dev.lifeboat.platform.operations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = 1_000_000_000L;
    private final Rate rate = new Rate();

    @Test
    void one_count_tells_no_rate() {
        rate.add(0, 100);

        assertThat(rate.perSecond(SECOND)).isZero();
    }

    @Test
    void is_that_of_the_last_seconds_only() {
        for (int second = 0; second <= 60; second++) {
            // Fast for half a minute, then slow.
            rate.add(second * SECOND, second <= 30 ? second * 1000L : 30_000L + (second - 30) * 10L);
        }

        assertThat(rate.perSecond(60 * SECOND)).isEqualTo(10);
    }

    @Test
    void many_counts_in_a_moment_cost_no_memory_and_change_nothing() {
        for (int i = 0; i <= 1_000_000; i++) {
            rate.add(i * 10_000L, i);
        }

        assertThat(rate.perSecond(10 * SECOND)).isBetween(99_000L, 101_000L);
    }

    @Test
    void begins_anew_when_a_phase_counts_from_the_beginning() {
        rate.add(0, 0);
        rate.add(SECOND, 1_000_000);
        rate.add(2 * SECOND, 0);
        rate.add(3 * SECOND, 500);

        assertThat(rate.perSecond(3 * SECOND)).isEqualTo(500);
    }

    @Test
    void is_nothing_when_nothing_moves_any_more() {
        rate.add(0, 0);
        rate.add(SECOND, 1000);

        assertThat(rate.perSecond(2 * SECOND)).isEqualTo(500);
        assertThat(rate.perSecond(10 * SECOND)).isZero();
    }
}
