package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.window.GapLedger.Change;
import dev.lifeboat.backup.window.GapLedger.Recorded;
import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GapLedgerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final UUID ID = UUID.fromString("6f1d2b4c-9a3e-5d21-8b07-1c2d3e4f5a6b");

    private final WalStage stage = WalStage.of16();
    private final Gap gap = new Gap(1, stage.span(5, 7), 2, "missing", Optional.empty(), Optional.empty());

    private static List<Change> decide(Map<UUID, Recorded> recorded, List<Gap> gaps, Duration grace) {
        return GapLedger.decide(recorded, gaps, any -> ID, NOW, grace);
    }

    private Map<UUID, Recorded> recorded(Duration ago, boolean told, boolean closed) {
        return Map.of(ID, new Recorded(ID, 1, gap.span(), "missing", NOW.minus(ago), told, closed));
    }

    @Test
    void aGapIsSeenFirstAndToldWhenItIsStillThere() {
        List<Change> first = decide(Map.of(), List.of(gap), GRACE);

        assertThat(first).containsExactly(new Change.Seen(ID, gap));
        assertThat(GapLedger.waits(Map.of(), first)).isTrue();
        assertThat(decide(recorded(GRACE.minusSeconds(1), false, false), List.of(gap), GRACE))
                .isEmpty();
        assertThat(GapLedger.waits(recorded(GRACE.minusSeconds(1), false, false), List.of()))
                .isTrue();
        assertThat(decide(recorded(GRACE, false, false), List.of(gap), GRACE))
                .containsExactly(new Change.Told(ID, gap));
    }

    @Test
    void itIsToldOnce() {
        assertThat(decide(recorded(GRACE, true, false), List.of(gap), GRACE)).isEmpty();
        assertThat(GapLedger.waits(recorded(GRACE, true, false), List.of())).isFalse();
    }

    @Test
    void withoutGraceItIsToldAtOnce() {
        List<Change> changes = decide(Map.of(), List.of(gap), Duration.ZERO);

        assertThat(changes).containsExactly(new Change.Seen(ID, gap), new Change.Told(ID, gap));
        assertThat(GapLedger.waits(Map.of(), changes)).isFalse();
    }

    @Test
    void whatIsGoneIsClosedOnceAndMayComeAgain() {
        Map<UUID, Recorded> open = recorded(GRACE, true, false);
        Map<UUID, Recorded> closed = recorded(GRACE, true, true);

        assertThat(decide(open, List.of(), GRACE)).containsExactly(new Change.Gone(open.get(ID)));
        assertThat(decide(closed, List.of(), GRACE)).isEmpty();
        assertThat(decide(closed, List.of(gap), GRACE)).containsExactly(new Change.Seen(ID, gap));
    }

    @Test
    void aGapThatGrowsStaysTheSame() {
        Gap grown = new Gap(1, stage.span(5, 8), 3, "missing", Optional.empty(), Optional.empty());

        assertThat(decide(recorded(GRACE, true, false), List.of(grown), GRACE))
                .containsExactly(new Change.Changed(ID, grown));
    }
}
