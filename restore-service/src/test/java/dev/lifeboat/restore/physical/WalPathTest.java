package dev.lifeboat.restore.physical;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.TimelineHistory.Ancestor;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way through what is stored; segments of 16 MiB, a backup that began at 0/3000028. */
class WalPathTest {
    private static final long SIZE = 16 << 20;
    private static final WalKeys KEYS = new WalKeys("c/", ".zst");
    private static final Lsn START = Lsn.parse("0/3000028");
    private static final TimelineHistory FIRST = TimelineHistory.first(1);
    /** Forked off within segment 5. */
    private static final TimelineHistory SECOND =
            new TimelineHistory(2, List.of(new Ancestor(1, Lsn.parse("0/5400000"))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # stored; 3 is a whole segment, 5[0-4] the piece from 0/5000000 to 0/5400000 | goes to   | beyond it
                                                                       | 0/3000028 |
                    4                                                  | 0/3000028 | 4
                    3 4                                                | 0/5000000 |
                    3 4 6                                              | 0/5000000 | 6
                    3 4 5[0-4] 5[4-8]                                  | 0/5800000 |
                    3 4 5[0-4] 5[2-8] 5[0-1]                           | 0/5800000 |
                    3 4 5[0-4] 5[6-8]                                  | 0/5400000 | 5[6-8]
                    3 4 5[4-8]                                         | 0/5000000 | 5[4-8]
                    3 4 5[0-4] 6                                       | 0/5400000 | 6
                    3[0-8]                                             | 0/3800000 |
                    2 3 4[0-4]                                         | 0/4400000 |
                    """)
    void itGoesOnAsLongAsNothingIsMissing(String stored, String end, String beyond) {
        WalPath path = WalPath.of(FIRST, START, SIZE, objects(1, stored));

        assertThat(path.end()).isEqualTo(Lsn.parse(end));
        assertThat(path.beyond().map(KEYS::of))
                .isEqualTo(objects(1, beyond).stream().findFirst().map(KEYS::of));
        assertThat(path.stretches()).allMatch(stretch -> stretch.segment().timeline() == 1);
    }

    @Test
    void aNewTimelineIsFollowedFromItsFork() {
        List<WalObject> stored = concat(objects(1, "3 4 5[0-8]"), objects(2, "5 6[0-2]"));

        WalPath path = WalPath.of(SECOND, START, SIZE, stored);

        assertThat(names(path))
                .isEqualTo("000000010000000000000003 000000010000000000000004"
                        + " 000000020000000000000005 000000020000000000000006");
        assertThat(path.end()).isEqualTo(Lsn.parse("0/6200000"));
        assertThat(path.beyond()).isEmpty();
    }

    @Test
    void whatAnAncestorHoldsBehindTheForkBelongsToNobody() {
        WalPath path = WalPath.of(SECOND, START, SIZE, objects(1, "3 4 5 6"));

        assertThat(path.end()).isEqualTo(Lsn.parse("0/5400000"));
        assertThat(path.beyond()).isEmpty();
        assertThat(path.missing().name()).isEqualTo("000000020000000000000005");
    }

    @Test
    void aNewTimelineWithoutItsBeginningIsAGap() {
        WalPath path = WalPath.of(SECOND, START, SIZE, concat(objects(1, "3 4 5[0-8]"), objects(2, "6")));

        assertThat(path.end()).isEqualTo(Lsn.parse("0/5400000"));
        assertThat(path.beyond().map(KEYS::of)).contains("c/wal/00000002/000000020000000000000006.zst");
    }

    @Test
    void theFurthestIsTakenWhereTwoTimelinesHoldASegment() {
        WalPath path = WalPath.of(SECOND, START, SIZE, concat(objects(1, "3 4 5[0-8]"), objects(2, "5[0-1]")));

        assertThat(names(path)).endsWith("000000010000000000000005");
        assertThat(path.end()).isEqualTo(Lsn.parse("0/5400000"));
    }

    private static String names(WalPath path) {
        return path.stretches().stream()
                .map(stretch -> stretch.segment().name())
                .collect(Collectors.joining(" "));
    }

    private static List<WalObject> concat(List<WalObject> one, List<WalObject> other) {
        return java.util.stream.Stream.concat(one.stream(), other.stream()).toList();
    }

    /** Digits of 1 MiB each within the brackets. */
    private static List<WalObject> objects(int timeline, String text) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        return Arrays.stream(text.strip().split(" +", -1))
                .map(word -> {
                    String segment = "%08X00000000%08X".formatted(timeline, Character.digit(word.charAt(0), 16));
                    String key = "c/wal/%08X/%s".formatted(timeline, segment);
                    if (word.length() > 1) {
                        long start = Character.digit(word.charAt(0), 16) * SIZE;
                        key += "/%016X-%016X"
                                .formatted(
                                        start + (Character.digit(word.charAt(2), 16) << 20),
                                        start + (Character.digit(word.charAt(4), 16) << 20));
                    }
                    return KEYS.parse(key + ".zst", SIZE).orElseThrow();
                })
                .toList();
    }
}
