package dev.lifeboat.verifier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.verifier.schedule.Reconciliation.Heard;
import dev.lifeboat.verifier.schedule.Reconciliation.Moment;
import dev.lifeboat.verifier.schedule.Reconciliation.State;
import dev.lifeboat.verifier.schedule.Timetable.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** due = ran + skipped + missed, and what is pending until then. */
class ReconciliationTest {
    private static final Instant FIRST = Instant.parse("2026-11-21T01:00:00Z");
    private static final Instant SECOND = Instant.parse("2026-11-21T02:00:00Z");
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final UUID RUN = UUID.fromString("01930000-0000-7000-8000-00000000000b");

    /** Due at 01:00 with a jitter of ten minutes, and a tolerance of five: until 01:15 it may still come. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-21T01:00:00Z, ,          false, PENDING",
        "2026-11-21T01:15:00Z, ,          false, PENDING",
        "2026-11-21T01:15:01Z, ,          false, MISSED",
        "2026-11-21T00:59:00Z, ,          true,  MISSED",
        "2026-11-21T01:00:00Z, running,   false, RAN",
        "2026-11-21T09:00:00Z, running,   false, RAN",
        "2026-11-21T09:00:00Z, completed, false, RAN",
        "2026-11-21T09:00:00Z, failed,    false, RAN",
        "2026-11-21T09:00:00Z, cancelled, false, RAN",
        "2026-11-21T09:00:00Z, skipped,   false, SKIPPED",
        "2026-11-21T09:00:00Z, completed, true,  MISSED",
        "2026-11-21T09:00:00Z, skipped,   true,  MISSED",
    })
    void oneMoment(Instant heardUpTo, String ending, boolean recorded, State expected) {
        Map<Instant, Heard> heard =
                ending == null ? Map.of() : Map.of(FIRST, new Heard(RUN, ending.equals("running") ? null : ending));

        Reconciliation result = Reconciliation.of(
                List.of(new Due(FIRST, FIRST.plusSeconds(600))),
                heard,
                recorded ? Set.of(FIRST) : Set.of(),
                TOLERANCE,
                heardUpTo);

        assertThat(result.moments()).extracting(Moment::state).containsExactly(expected);
        assertThat(result.addsUp()).isTrue();
    }

    @Test
    void eachMomentIsCountedOnceAndTheSumIsRight() {
        Instant third = SECOND.plusSeconds(3600);
        Instant unknown = SECOND.plusSeconds(1800);

        Reconciliation result = Reconciliation.of(
                List.of(due(FIRST), due(FIRST), due(SECOND), due(third)),
                Map.of(FIRST, new Heard(RUN, "completed"), unknown, new Heard(RUN, "skipped")),
                Set.of(SECOND),
                TOLERANCE,
                third);

        assertThat(result.moments())
                .extracting(Moment::dueAt, Moment::state)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(FIRST, State.RAN),
                        org.assertj.core.groups.Tuple.tuple(SECOND, State.MISSED),
                        org.assertj.core.groups.Tuple.tuple(unknown, State.SKIPPED),
                        org.assertj.core.groups.Tuple.tuple(third, State.PENDING));
        assertThat(result.addsUp()).isTrue();
        assertThat(result.count(State.RAN)).isEqualTo(1);
    }

    @Test
    void aMissedRunThatWasMadeUpForStaysMissedAndShowsWhatMadeUpForIt() {
        Reconciliation result = Reconciliation.of(
                List.of(due(FIRST)), Map.of(FIRST, new Heard(RUN, "completed")), Set.of(FIRST), TOLERANCE, SECOND);

        assertThat(result.moments()).containsExactly(new Moment(FIRST, State.MISSED, new Heard(RUN, "completed")));
    }

    private static Due due(Instant at) {
        return new Due(at, at);
    }
}
