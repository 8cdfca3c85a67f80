package dev.lifeboat.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockOffsetTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    /** Milliseconds after noon, each by its own clock. */
    @ParameterizedTest
    @CsvSource({
        // asked, told, answered, offset, uncertainty
        "0, 5, 10, 0, 5",
        "0, 0, 0, 0, 0",
        "0, 1005, 10, 1000, 5",
        "0, -995, 10, -1000, 5",
        "0, 0, 10, -5, 5",
        "0, 10, 10, 5, 5"
    })
    void theAnswerIsTakenToBeOfTheMiddle(long asked, long told, long answered, long offset, long uncertainty) {
        ClockOffset seen = ClockOffset.of(NOON.plusMillis(asked), NOON.plusMillis(told), NOON.plusMillis(answered));

        assertThat(seen)
                .isEqualTo(new ClockOffset(
                        Duration.ofMillis(offset), Duration.ofMillis(uncertainty), NOON.plusMillis(answered)));
    }
}
