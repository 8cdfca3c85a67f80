package dev.lifeboat.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotGuardTest {
    @ParameterizedTest(name = "{0} kept, declared {1}, keep size {2}, free {3}, drop {4}: {5} of {6} by {7}")
    @CsvSource(
            nullValues = "-",
            textBlock =
                    """
            0,    100, -,   -,    true,  OK,       100, declaration
            49,   100, -,   -,    true,  OK,       100, declaration
            50,   100, -,   -,    true,  WARNING,  100, declaration
            80,   100, -,   -,    true,  CRITICAL, 100, declaration
            99,   100, -,   -,    true,  CRITICAL, 100, declaration
            100,  100, -,   -,    true,  DROPPED,  100, declaration
            100,  100, -,   -,    false, CRITICAL, 100, declaration
            5000, 100, -,   -,    false, CRITICAL, 100, declaration
            60,   -,   100, -,    false, WARNING,  100, max_slot_wal_keep_size
            60,   200, 100, -,    true,  WARNING,  100, max_slot_wal_keep_size
            60,   70,  100, -,    true,  CRITICAL, 70,  declaration
            100,  -,   -,   900,  true,  OK,       900, free-space
            500,  -,   -,   500,  true,  WARNING,  900, free-space
            900,  -,   -,   100,  true,  DROPPED,  900, free-space
            900,  -,   -,   100,  false, CRITICAL, 900, free-space
            0,    -,   -,   0,    false, CRITICAL, 0,   free-space
            """)
    void theLowestLimitDecides(
            long retained,
            Long declared,
            Long keepSize,
            Long free,
            boolean drop,
            SlotGuard.Level level,
            long limit,
            String by) {
        SlotGuard.Decision decision = SlotGuard.decide(new SlotGuard.Facts(
                retained,
                Optional.ofNullable(declared),
                Optional.ofNullable(keepSize),
                Optional.ofNullable(free),
                drop));

        assertThat(decision).isEqualTo(new SlotGuard.Decision(level, Optional.of(new SlotGuard.Limit(limit, by))));
    }

    @Test
    void withoutALimitNothingIsWrongHoweverMuchIsKept() {
        assertThat(SlotGuard.decide(
                        new SlotGuard.Facts(1L << 50, Optional.empty(), Optional.empty(), Optional.empty(), true)))
                .isEqualTo(new SlotGuard.Decision(SlotGuard.Level.OK, Optional.empty()));
    }
}
