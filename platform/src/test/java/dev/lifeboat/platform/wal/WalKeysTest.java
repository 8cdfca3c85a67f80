package dev.lifeboat.platform.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WalKeysTest {
    private static final long MIB = 1 << 20;

    @Test
    void keysSayWhatTheyHoldAndSortByIt() {
        WalKeys keys = new WalKeys("clusters/shop/0192/", ".zst");
        WalSegment segment = WalSegment.containing(2, Lsn.parse("1/40000000"), 16 * MIB);
        WalObject sealed = new WalObject.Sealed(segment);
        WalObject piece =
                new WalObject.Piece(segment, segment.start(), segment.start().plus(0x3A18));
        assertThat(keys.of(sealed)).isEqualTo("clusters/shop/0192/wal/00000002/000000020000000100000040.zst");
        assertThat(keys.of(piece))
                .isEqualTo("clusters/shop/0192/wal/00000002/000000020000000100000040/"
                        + "0000000140000000-0000000140003A18.zst");
        assertThat(keys.of(new WalObject.History(2))).isEqualTo("clusters/shop/0192/wal/00000002.history");
        for (WalObject object : new WalObject[] {sealed, piece, new WalObject.History(2)}) {
            assertThat(keys.parse(keys.of(object), 16 * MIB)).contains(object);
        }
        String before = keys.justBefore(segment);
        assertThat(before)
                .isLessThan(keys.of(sealed))
                .isLessThan(keys.of(piece))
                .isGreaterThan(keys.of(new WalObject.Sealed(segment.previous())))
                .isGreaterThan(keys.of(new WalObject.Piece(
                        segment.previous(), segment.previous().start(), segment.start())));
        assertThat(keys.behind(2)).isGreaterThan(keys.of(piece)).isLessThan(keys.of(new WalObject.History(3)));
        assertThat(keys.parse("clusters/shop/0192/wal/00000002/strange", 16 * MIB))
                .isEqualTo(Optional.empty());
    }
}
