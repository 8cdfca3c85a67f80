package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import dev.lifeboat.backup.window.RecoveryWindow.Joined;
import dev.lifeboat.backup.window.RecoveryWindow.Orphan;
import dev.lifeboat.backup.window.RecoveryWindow.Timeline;
import dev.lifeboat.backup.window.RecoveryWindow.Window;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowRulesTest {
    private final WalStage stage = WalStage.of16();

    private static RecoveryWindow compute(WalStage stage, OpeningBackup... backups) {
        return WindowRules.of(stage.wal(), List.of(backups));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 20, 16L << 20, 64L << 20, 1L << 30})
    void aBackupOpensAWindowFromItsStopToTheEndOfWalWhateverTheSizeOfSegments(long size) {
        WalStage sized = new WalStage(size).segments(1, 2, 9);
        OpeningBackup backup = sized.backup(1, 3.25, 4.5);

        RecoveryWindow window = compute(sized, backup);

        assertThat(window.windows()).singleElement().satisfies(one -> {
            assertThat(one.span()).contains(sized.span(4.5, 10));
            assertThat(one.way()).containsExactly(1);
            assertThat(one.abandoned()).isFalse();
            assertThat(one.end().orElseThrow().storedAt()).contains(WalStage.stored(9));
        });
        assertThat(window.gaps()).isEmpty();
        assertThat(window.newest().map(Joined::span)).contains(sized.span(4.5, 10));
    }

    @Test
    void backupsOverTheSameWalJoin() {
        stage.segments(1, 2, 9);
        OpeningBackup first = stage.backup(1, 2.5, 2.75);
        OpeningBackup second = stage.backup(1, 7.5, 8.5);

        RecoveryWindow window = compute(stage, second, first);

        assertThat(window.joined()).singleElement().satisfies(joined -> {
            assertThat(joined.span()).isEqualTo(stage.span(2.75, 10));
            assertThat(joined.backups()).containsExactly(first.id(), second.id());
            assertThat(joined.from()).isEqualTo(first.completedAt());
        });
    }

    @Test
    void aGapInTheMiddleEndsTheWindowAndTheNextBackupOpensAnother() {
        stage.segments(1, 2, 4).segments(1, 7, 9);
        OpeningBackup before = stage.backup(1, 2.5, 3.5);
        OpeningBackup after = stage.backup(1, 7.5, 8.5);

        RecoveryWindow window = compute(stage, before, after);

        assertThat(window.joined()).extracting(Joined::span).containsExactly(stage.span(3.5, 5), stage.span(8.5, 10));
        assertThat(window.gaps())
                .containsExactly(new Gap(
                        1,
                        stage.span(5, 7),
                        2,
                        "missing",
                        Optional.of(WalStage.stored(4)),
                        Optional.of(WalStage.stored(7))));
    }

    @Test
    void aBackupWhoseOwnWalIsMissingOpensNothing() {
        stage.segments(1, 2, 3).segments(1, 5, 9);
        OpeningBackup torn = stage.backup(1, 3.5, 5.5);

        RecoveryWindow window = compute(stage, torn);

        assertThat(window.windows()).extracting(Window::span).containsExactly(Optional.empty());
        assertThat(window.newest()).isEmpty();
        assertThat(window.gaps()).extracting(Gap::span).containsExactly(stage.span(4, 5));
    }

    @Test
    void aGapAtTheStartShowsOnlyWhereABackupNeedsIt() {
        stage.segments(1, 5, 9);

        assertThat(compute(stage, stage.backup(1, 5.5, 6.5)).gaps()).isEmpty();
        assertThat(compute(stage, stage.backup(1, 3.5, 6.5)).gaps())
                .extracting(Gap::span, Gap::segments)
                .containsExactly(tuple(stage.span(3.5, 5), 2L));
    }

    @Test
    void whatIsGoneFromTheEndIsAGapWhereABackupNeedsItOrItWasSeenOnce() {
        stage.segments(1, 2, 6);

        assertThat(compute(stage, stage.backup(1, 2.5, 3.5)).gaps()).isEmpty();
        assertThat(compute(stage, stage.backup(1, 6.5, 8.5)).gaps())
                .extracting(Gap::span, Gap::reason)
                .containsExactly(tuple(stage.span(7, 8.5), "end-missing"));
        stage.seen(1, 9);
        assertThat(compute(stage, stage.backup(1, 2.5, 3.5)).gaps())
                .extracting(Gap::span, Gap::reason)
                .containsExactly(tuple(stage.span(7, 9), "end-missing"));
    }

    @Test
    void piecesOfTheOpenSegmentCountUpToTheirEnd() {
        stage.segments(1, 2, 4).piece(1, 5, 5.25).piece(1, 5.25, 5.5).piece(1, 5.75, 5.875);

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.newest().map(Joined::span)).contains(stage.span(3.5, 5.5));
        assertThat(window.gaps())
                .extracting(Gap::span, Gap::segments)
                .containsExactly(tuple(stage.span(5.5, 5.75), 1L));
    }

    @Test
    void theWindowGoesOverToTheNewTimelineWithoutTheOldOnesLastSegment() {
        // The old primary never filled segment 5; the new one archives it whole, with the old bytes before the switch.
        stage.segments(1, 2, 4).segments(2, 5, 9).history(2, stage.left(1, 5.25));

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.windows()).singleElement().satisfies(one -> {
            assertThat(one.span()).contains(stage.span(3.5, 10));
            assertThat(one.way()).containsExactly(1, 2);
        });
        assertThat(window.gaps()).isEmpty();
        assertThat(window.orphans()).isEmpty();
        assertThat(window.timelines())
                .contains(new Timeline(
                        2, Optional.of(1), Optional.of(stage.at(5.25)), Optional.of(stage.span(5, 10)), true, true));
    }

    @Test
    void whatTheOldPrimaryWroteBeyondTheSwitchIsAnOrphan() {
        stage.segments(1, 2, 7).segments(2, 5, 9).history(2, stage.left(1, 5.25));

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.orphans()).containsExactly(new Orphan(1, stage.span(5.25, 8), 3));
        assertThat(window.newest().map(Joined::span)).contains(stage.span(3.5, 10));
    }

    @Test
    void aBackupOnTheAbandonedBranchLeadsOnlyThere() {
        stage.segments(1, 2, 7).segments(2, 5, 9).history(2, stage.left(1, 5.25));

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5), stage.backup(1, 6.25, 6.5));

        assertThat(window.joined())
                .extracting(Joined::span, Joined::abandoned, Joined::way)
                .containsExactlyInAnyOrder(
                        tuple(stage.span(3.5, 10), false, List.of(1, 2)), tuple(stage.span(6.5, 8), true, List.of(1)));
        assertThat(window.newest().map(Joined::abandoned)).contains(false);
    }

    @Test
    void whatTheOldPrimaryNeverArchivedIsLostWithIt() {
        stage.segments(1, 2, 3).segments(2, 5, 9).history(2, stage.left(1, 5.25));

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.newest().map(Joined::span)).contains(stage.span(3.5, 4));
        assertThat(window.gaps())
                .extracting(Gap::timeline, Gap::span, Gap::reason)
                .containsExactly(tuple(1, stage.span(4, 5), "lost-with-primary"));
    }

    @Test
    void withoutItsHistoryATimelineIsReachedOnlyByItsOwnBackups() {
        stage.segments(1, 2, 4).segments(2, 5, 9);

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5), stage.backup(2, 6.5, 7.5));

        assertThat(window.joined()).extracting(Joined::span).containsExactly(stage.span(3.5, 5), stage.span(7.5, 10));
        assertThat(window.timelines())
                .extracting(Timeline::timeline, Timeline::historyStored)
                .contains(tuple(2, false));
        assertThat(window.orphans()).isEmpty();
    }

    @Test
    void threeTimelinesOfWhichOneWasAbandoned() {
        stage.segments(1, 2, 4)
                .segments(2, 5, 6)
                .segments(3, 5, 9)
                .history(2, stage.left(1, 5.5))
                .history(3, stage.left(1, 5.25));

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.windows()).extracting(Window::way).containsExactly(List.of(1, 3));
        assertThat(window.orphans()).containsExactly(new Orphan(2, stage.span(5, 7), 2));
    }

    @Test
    void aDamagedObjectIsAGapThatSaysSo() {
        stage.segments(1, 2, 4).segments(1, 6, 9).damaged(1, 5, "damaged");

        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.gaps()).extracting(Gap::reason).containsExactly("damaged");
    }

    @Test
    void nothingStoredIsAnEmptyWindow() {
        RecoveryWindow window = compute(stage);

        assertThat(window.timeline()).isZero();
        assertThat(window.joined()).isEmpty();
        assertThat(window.gaps()).isEmpty();
    }

    @Test
    void aBackupWithoutAnyWalIsNotUsableAndItsWalIsMissing() {
        RecoveryWindow window = compute(stage, stage.backup(1, 2.5, 3.5));

        assertThat(window.newest()).isEmpty();
        assertThat(window.gaps())
                .extracting(Gap::span, Gap::reason)
                .containsExactly(tuple(stage.span(2.5, 3.5), "end-missing"));
    }
}
