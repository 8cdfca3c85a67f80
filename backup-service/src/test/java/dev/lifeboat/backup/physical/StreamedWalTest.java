package dev.lifeboat.backup.physical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far WAL is stored without a hole, from what a listing shows. */
class StreamedWalTest {
    private static final WalKeys KEYS = new WalKeys("c/", ".zst");
    private static final String SEGMENT = "0000000100000000000000";

    @ParameterizedTest(name = "{0} from {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            ''                                                          | 0/2000028 | 0/2000028
            02                                                          | 0/2000028 | 0/3000000
            02 03                                                       | 0/2000028 | 0/4000000
            02 04                                                       | 0/2000028 | 0/3000000
            03                                                          | 0/2000028 | 0/2000028
            02/2000000-2000100                                          | 0/2000028 | 0/2000100
            02/2000100-2000200                                          | 0/2000028 | 0/2000028
            02/2000000-2000100 02/2000100-2000300                       | 0/2000028 | 0/2000300
            02/2000000-2000100 02/2000180-2000300                       | 0/2000028 | 0/2000100
            02/2000000-2000100 02/2000000-2000300 02/2000100-2000200    | 0/2000028 | 0/2000300
            02 02/2000000-2000100 03/3000000-3000500                    | 0/2000028 | 0/3000500
            02 03/3000100-3000500                                       | 0/2000028 | 0/3000000
            02 03                                                       | 0/3000000 | 0/4000000
            """)
    void theEndOfWhatJoins(String listed, String from, String end) {
        List<WalObject> objects = Arrays.stream(listed.split(" ", -1))
                .filter(name -> !name.isEmpty())
                .map(StreamedWalTest::object)
                .toList();

        assertThat(StreamedWal.contiguous(Lsn.parse(from), objects.iterator())).isEqualTo(Lsn.parse(end));
    }

    private static WalObject object(String name) {
        String key = KEYS.folder(1) + SEGMENT + name.substring(0, 2);
        if (name.contains("/")) {
            String[] ends = name.substring(3).split("-", -1);
            key += "/%16s-%16s".formatted(ends[0], ends[1]).replace(' ', '0');
        }
        return KEYS.parse(key + ".zst", 16L << 20).orElseThrow();
    }
}
