package dev.lifeboat.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WalSegmentTest {
    private static final long MIB = 1 << 20;

    @Test
    void isNamedAsPostgresNamesIt() {
        assertThat(WalSegment.containing(1, Lsn.parse("0/1000028"), 16 * MIB).name())
                .isEqualTo("000000010000000000000001");
        assertThat(WalSegment.containing(2, Lsn.parse("16/B374D848"), 16 * MIB).name())
                .isEqualTo("0000000200000016000000B3");
        // select pg_walfile_name('16/B374D848') with segments of 1 GiB and of 1 MiB
        assertThat(WalSegment.containing(2, Lsn.parse("16/B374D848"), 1024 * MIB)
                        .name())
                .isEqualTo("000000020000001600000002");
        assertThat(WalSegment.containing(2, Lsn.parse("16/B374D848"), MIB).name())
                .isEqualTo("000000020000001600000B37");
    }

    @Test
    void namesAreReadBack() {
        for (long size = MIB; size <= 1024 * MIB; size *= 2) {
            WalSegment segment = WalSegment.containing(0x1A, Lsn.parse("2FF/FFFFFFFF"), size);
            assertThat(WalSegment.parse(segment.name(), size)).isEqualTo(segment);
            assertThat(WalSegment.parse(segment.next().name(), size).start()).isEqualTo(Lsn.parse("300/0"));
        }
        assertThatThrownBy(() -> WalSegment.parse("000000010000000000000100", 16 * MIB))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WalSegment.parse("00000001.history", 16 * MIB))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBorderBelongsToTheSegmentThatBeginsThere() {
        WalSegment segment = WalSegment.containing(1, Lsn.parse("0/2000000"), 16 * MIB);
        assertThat(segment.start()).isEqualTo(Lsn.parse("0/2000000"));
        assertThat(segment.end()).isEqualTo(Lsn.parse("0/3000000"));
        assertThat(segment.previous().end()).isEqualTo(segment.start());
    }
}
