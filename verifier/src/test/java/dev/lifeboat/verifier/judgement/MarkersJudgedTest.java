package dev.lifeboat.verifier.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkersJudgedTest {
    private static final Instant TARGET = Instant.parse("2026-11-21T10:00:00Z");
    private static final Stop STOP = new Stop("before", "commit", 742L, TARGET.plusMillis(300), null, null);

    @ParameterizedTest
    @CsvSource({
        // commit before returned at (ms from target), there; after written at, there; timeline; inclusive -> verdict,
        // words
        "-400, true,  600, false, 1, true,  PASSED, that of 2026-11-21T10:00:00.600Z not",
        "-400, false, 600, false, 1, true,  FAILED, newest",
        "-400, true,  600, true,  1, true,  FAILED, newest",
        "-400, ,      600, false, 1, true,  PASSED, no marker before",
        "-400, ,      600, ,      1, true,  PASSED, no marker proves it",
        // Its bracket holds the target: neither side.
        "1,    false, 600, false, 1, true,  PASSED, no marker before",
        "0,    false, 600, false, 1, true,  FAILED, newest",
        "0,    false, 600, false, 1, false, PASSED, no marker before",
        "-400, true,  0,   true,  1, true,  PASSED, none known after",
        "-400, true,  0,   true,  1, false, FAILED, newest",
        // Another timeline wrote it, perhaps after the fork.
        "-400, false, 600, true,  2, true,  PASSED, no marker proves it"
    })
    void aMoment(
            int returned,
            Boolean before,
            int written,
            Boolean after,
            int timeline,
            boolean inclusive,
            Verdict expected,
            String words) {
        Markers markers = new Markers(
                3,
                TARGET.minusMillis(500),
                marker(TARGET.minusMillis(500), TARGET.plusMillis(returned), timeline),
                before,
                marker(TARGET.plusMillis(written), TARGET.plusMillis(written + 1), timeline),
                after,
                null);

        CheckResult judged = judged(
                new Target("time", TARGET.toString(), inclusive, 1, null), STOP, TARGET.minusMillis(300), markers);

        assertThat(judged.verdict()).as("%s", judged).isEqualTo(expected);
        assertThat(judged.found()).contains(words);
    }

    @ParameterizedTest
    @CsvSource({
        "0/5000100, true,  0/5000200, false, PASSED",
        "0/5000100, false, 0/5000200, false, FAILED",
        "0/5000100, true,  0/5000200, true,  FAILED",
        "0/5000108, false, 0/5000200, false, PASSED",
        "0/5000100, true,  0/5000100, true,  PASSED"
    })
    void thePositionThatWasReached(String returned, boolean before, String written, boolean after, Verdict expected) {
        Markers markers = new Markers(
                3,
                TARGET,
                new Marker(TARGET, TARGET, "0/5000000", returned, 1),
                before,
                new Marker(TARGET, TARGET, written, "0/5000300", 1),
                after,
                null);
        Stop stop = new Stop("after", "restore-point", null, TARGET, null, "here");

        CheckResult judged = judged(new Target("name", "here", null, 1, null), stop, null, markers);

        assertThat(judged.verdict()).as("%s", judged).isEqualTo(expected);
    }

    @Test
    void theyNeverMakeReachedWhatTheServerDidNotReach() {
        Markers markers = new Markers(
                3,
                TARGET.minusMillis(500),
                marker(TARGET.minusMillis(500), TARGET.minusMillis(499), 1),
                true,
                marker(TARGET.plusMillis(500), TARGET.plusMillis(501), 1),
                false,
                null);

        CheckResult judged =
                judged(new Target("time", TARGET.toString(), true, 1, null), null, TARGET.minusMillis(300), markers);

        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void withoutThemItIsSaid() {
        Target sought = new Target("time", TARGET.toString(), true, 1, null);

        assertThat(judged(sought, STOP, TARGET.minusMillis(300), null).found()).endsWith("nobody looked for markers");
        assertThat(judged(
                                sought,
                                STOP,
                                TARGET.minusMillis(300),
                                new Markers(0, null, null, null, null, null, "None were written."))
                        .found())
                .endsWith("no marker proves it (None were written.)");
    }

    private static Marker marker(Instant writtenAt, Instant returnedAt, int timeline) {
        return new Marker(writtenAt, returnedAt, "0/4000000", "0/4000100", timeline);
    }

    private static CheckResult judged(Target sought, Stop stop, Instant lastCommit, Markers markers) {
        return TargetReached.judge(Endings.reaching(
                new Reached(null, "0/5000100", 1, lastCommit, sought, stop == null ? null : true, stop, markers)));
    }
}
