package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.replication.SystemIdentity;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.TimelineHistory.Ancestor;
import dev.lifeboat.platform.wal.WalObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the store ends, and where streaming begins: decided from a listing alone. */
class StoredEndTest {
    private static final long SIZE = 16L << 20;

    @Test
    void nothingIsStored() {
        assertThat(StoredEnd.of(List.of(), Optional.empty())).isEmpty();
    }

    @Test
    void theFirstMissingSegmentIsOpen() {
        StoredEnd end = end(sealed(3), sealed(4), sealed(5));
        assertThat(end.open()).isEqualTo(segment(6));
        assertThat(end.end()).isEqualTo(segment(6).start());
        assertThat(end.previousSealed()).isTrue();
    }

    @Test
    void aHoleThatAKilledWriterLeftIsFilledFirst() {
        StoredEnd end = end(sealed(3), sealed(5), sealed(6));
        assertThat(end.open()).isEqualTo(segment(4));
        assertThat(end.highest()).isEqualTo(segment(7).start());
    }

    @Test
    void aGapBeforeWhatWasAcknowledgedIsNoneOfOurs() {
        StoredEnd end = StoredEnd.of(List.of(sealed(3), sealed(5), sealed(6)), Optional.of(segment(5)))
                .orElseThrow();
        assertThat(end.open()).isEqualTo(segment(7));
    }

    @Test
    void acknowledgedFromDiskIsNotStored() {
        StoredEnd end = StoredEnd.of(List.of(sealed(3), sealed(4)), Optional.of(segment(9)))
                .orElseThrow();
        assertThat(end.open()).isEqualTo(segment(5));
    }

    @Test
    void piecesCountAsFarAsTheyJoin() {
        StoredEnd end = end(sealed(3), piece(4, 0, 100), piece(4, 100, 250), piece(4, 300, 400));
        assertThat(end.open()).isEqualTo(segment(4));
        assertThat(end.end()).isEqualTo(segment(4).start().plus(250));
        assertThat(end.pieces()).containsExactly(piece(4, 0, 100), piece(4, 100, 250));
        assertThat(end.redundant()).isEmpty();
    }

    @Test
    void whatALargerPieceOrTheSegmentHoldsIsRedundant() {
        StoredEnd end = end(piece(3, 0, 10), sealed(3), piece(4, 0, 100), piece(4, 100, 250), piece(4, 0, 300));
        assertThat(end.pieces()).containsExactly(piece(4, 0, 300));
        assertThat(end.redundant()).containsExactlyInAnyOrder(piece(3, 0, 10), piece(4, 0, 100), piece(4, 100, 250));
    }

    @Test
    void streamingBeginsAtTheStartOfTheOpenSegment() {
        Resume resume = resume(TimelineHistory.first(1), "0/9000000", end(sealed(3), piece(4, 0, 100)), true);
        assertThat(resume.segment()).isEqualTo(segment(4));
        assertThat(resume.stored()).isEqualTo(segment(4).start().plus(100));
        assertThat(resume.compared()).containsExactly(piece(4, 0, 100));
    }

    @Test
    void withNothingToCompareItBeginsOneSegmentEarlier() {
        Resume resume = resume(TimelineHistory.first(1), "0/9000000", end(sealed(3)), true);
        assertThat(resume.segment()).isEqualTo(segment(3));
        assertThat(resume.stored()).isEqualTo(segment(4).start());
        assertThat(resume.looksBack()).isTrue();
        assertThat(resume(TimelineHistory.first(1), "0/9000000", end(sealed(3)), false)
                        .segment())
                .isEqualTo(segment(4));
    }

    @Test
    void aServerThatIsBehindIsRefused() {
        assertThatThrownBy(() -> resume(TimelineHistory.first(1), "0/3FFFFFF", end(sealed(3)), true))
                .isInstanceOfSatisfying(WalException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo(WalException.SERVER_BEHIND);
                    assertThat(e.retryable()).isFalse();
                });
    }

    @Test
    void afterAPromotionTheOldTimelineIsFinishedFirst() {
        TimelineHistory history = new TimelineHistory(2, List.of(new Ancestor(1, Lsn.parse("0/5000100"))));
        Resume resume = resume(history, "0/9000000", end(sealed(3)), false);
        assertThat(resume.segment()).isEqualTo(segment(4));
        assertThat(resume.orphans()).isEmpty();
    }

    @Test
    void thenTheNewOneFromTheStartOfTheSegmentThatHoldsTheSwitch() {
        TimelineHistory history = new TimelineHistory(2, List.of(new Ancestor(1, Lsn.parse("0/5000100"))));
        Resume resume = resume(history, "0/9000000", end(sealed(4), piece(5, 0, 0x100)), true);
        assertThat(resume.segment()).isEqualTo(segment(5).on(2));
        assertThat(resume.durable()).isEqualTo(Lsn.parse("0/5000100"));
        assertThat(resume.stored()).isEqualTo(segment(5).start());
        assertThat(resume.orphans()).isEmpty();
    }

    @Test
    void whatAnOldPrimarySentBeyondTheForkIsOrphaned() {
        TimelineHistory history = new TimelineHistory(2, List.of(new Ancestor(1, Lsn.parse("0/5000100"))));
        Resume resume = resume(history, "0/9000000", end(sealed(4), sealed(5), piece(6, 0, 8)), true);
        assertThat(resume.segment()).isEqualTo(segment(5).on(2));
        assertThat(resume.orphans())
                .contains(new Resume.Orphans(
                        1, Lsn.parse("0/5000100"), segment(6).start().plus(8)));
    }

    @Test
    void commitsWaitOnlyForWhoIsNamed() {
        assertThat(SynchronousNames.include("", "lifeboat")).isFalse();
        assertThat(SynchronousNames.include("*", "lifeboat")).isTrue();
        assertThat(SynchronousNames.include("a, Lifeboat", "lifeboat")).isTrue();
        assertThat(SynchronousNames.include("FIRST 1 (\"any\", b)", "any")).isTrue();
        assertThat(SynchronousNames.include("ANY 2 (a,b , \"c d\")", "c d")).isTrue();
        assertThat(SynchronousNames.include("ANY 2 (a,b , \"c d\")", "any")).isFalse();
        assertThat(SynchronousNames.include("2 (a, b)", "2")).isFalse();
        assertThat(SynchronousNames.include("2 (a, *)", "x")).isTrue();
    }

    private static Resume resume(TimelineHistory history, String flushed, StoredEnd stored, boolean lookBack) {
        return Resume.after(new SystemIdentity("1", history.timeline(), Lsn.parse(flushed)), history, stored, lookBack);
    }

    private static StoredEnd end(WalObject... objects) {
        return StoredEnd.of(List.of(objects), Optional.empty()).orElseThrow();
    }

    private static WalSegment segment(long number) {
        return new WalSegment(1, number, SIZE);
    }

    private static WalObject.Sealed sealed(long number) {
        return new WalObject.Sealed(segment(number));
    }

    private static WalObject.Piece piece(long number, long from, long to) {
        Lsn start = segment(number).start();
        return new WalObject.Piece(segment(number), start.plus(from), start.plus(to));
    }
}
