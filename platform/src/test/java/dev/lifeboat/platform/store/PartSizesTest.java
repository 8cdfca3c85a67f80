package dev.lifeboat.platform.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PartSizesTest {
    private static final long MIB = 1024 * 1024;
    private static final long GIB = 1024 * MIB;

    @Test
    void keepsWithinWhatS3Allows() {
        assertThat(IntStream.rangeClosed(1, 10_000).map(PartSizes.STANDARD::sizeOf))
                .allSatisfy(size -> assertThat((long) size).isBetween(5 * MIB, 5 * GIB));
        assertThat(PartSizes.STANDARD.sizeOf(10_001)).isZero();
    }

    @Test
    void reachesATerabyteAndStaysSmallForWhatIsUsual() {
        assertThat(upTo(10_000)).isGreaterThan(1024 * GIB);
        assertThat(upTo(2000)).isGreaterThan(15 * GIB);
        assertThat(PartSizes.STANDARD.sizeOf(2000)).isEqualTo((int) (8 * MIB));
    }

    private static long upTo(int parts) {
        return LongStream.rangeClosed(1, parts)
                .map(number -> PartSizes.STANDARD.sizeOf((int) number))
                .sum();
    }
}
