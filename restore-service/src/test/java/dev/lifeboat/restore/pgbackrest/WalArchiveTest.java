package dev.lifeboat.restore.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.replay.WalSegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalArchiveTest {
    private static final String ROOT = "clusters/shop/id/pgbackrest/archive/shop/";
    private static final String SHA = "-0123456789abcdef0123456789abcdef01234567.gz";

    @ParameterizedTest
    @CsvSource({
        "000000010000000000000001, 16777216,   000000010000000000000002",
        "0000000100000000000000FF, 16777216,   000000010000000100000000",
        "000000010000000000000003, 1073741824, 000000010000000100000000",
        "0000000A000000FF000000FF, 16777216,   0000000A0000010000000000"
    })
    void segmentsFollowOneAnother(String name, long bytes, String next) {
        assertThat(WalSegment.parse(name).orElseThrow().next(bytes)).hasToString(next);
    }

    @ParameterizedTest
    @CsvSource({"00000002.history", "000000010000000000000001.partial", "00000001000000000000000g", "''"})
    void whatIsNoSegmentIsNone(String name) {
        assertThat(WalSegment.parse(name)).isEmpty();
    }

    @Test
    void theIncarnationThatHoldsTheSetIsFoundAndReadToItsEnd() {
        List<String> keys = List.of(
                ROOT + "15-1/0000000100000000/000000010000000000000001" + SHA,
                ROOT + "15-2/0000000100000000/000000010000000000000004" + SHA,
                ROOT + "15-2/0000000100000000/000000010000000000000005" + SHA,
                ROOT + "15-2/0000000100000000/000000010000000000000004.00000028.backup",
                ROOT + "15-2/0000000200000000/000000020000000000000005" + SHA,
                ROOT + "15-2/00000002.history",
                ROOT + "archive.info");

        WalArchive archive = WalArchive.holding(segment("000000010000000000000004"), ROOT, keys)
                .orElseThrow();

        assertThat(archive.folder()).isEqualTo(ROOT + "15-2/");
        assertThat(archive.segments()).hasSize(3);
        assertThat(archive.timeline()).isEqualTo(2);
        assertThat(archive.last()).hasToString("000000020000000000000005");
        assertThat(archive.last(1)).hasToString("000000010000000000000005");
        assertThat(archive.timelines()).containsExactly(1, 2);
        assertThat(archive.backwards(2))
                .extracting(WalSegment::toString)
                .containsExactly("000000020000000000000005", "000000010000000000000004");
        assertThat(archive.backwards(1))
                .extracting(WalSegment::toString)
                .containsExactly("000000010000000000000005", "000000010000000000000004");
    }

    @Test
    void withoutTheSetsWalThereIsNothing() {
        assertThat(WalArchive.holding(
                        segment("000000010000000000000004"),
                        ROOT,
                        List.of(ROOT + "15-1/0000000100000000/000000010000000000000003" + SHA)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a/0000000200000000/000000020000000000000005-ab.gz, 2",
        "a/0000000A.history, 10",
        "a/0000000100000000/000000010000000000000004.00000028.backup, 1"
    })
    void aTimelineIsReadFromTheName(String key, int timeline) {
        assertThat(WalArchive.timelineOf(key)).contains(timeline);
        assertThat(WalArchive.timelineOf("backup/shop/backup.info")).isEmpty();
    }

    private static WalSegment segment(String name) {
        return WalSegment.parse(name).orElseThrow();
    }
}
