package dev.lifeboat.restore.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectivesTest {
    private static final Instant REQUESTED = Instant.parse("2026-11-21T05:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT15M, 2026-11-21T05:00:09.310Z, PT9.31S, true",
        "PT15M, 2026-11-21T05:15:00Z,     PT15M,   true",
        "PT15M, 2026-11-21T05:15:00.001Z, PT15M0.001S, false",
        ",      2026-11-21T05:00:09Z,     PT9S,",
        "PT15M, ,                         ,"
    })
    void rtoRunsFromTheRequestToTheFirstWrite(Duration objective, Instant firstWrite, Duration measured, Boolean met) {
        Measure rto = Objectives.rto(objective, REQUESTED, firstWrite);

        assertThat(rto.objective()).isEqualTo(objective);
        assertThat(rto.measured()).isEqualTo(measured);
        assertThat(rto.met()).isEqualTo(met);
        assertThat(rto.note() == null).isEqualTo(measured != null);
    }

    static Stream<Arguments> recovered() {
        return Stream.of(
                Arguments.of(new Recovered.LastCommit(REQUESTED.minusSeconds(30)), Duration.ofSeconds(30), true, true),
                Arguments.of(new Recovered.NewestMarker(REQUESTED.minusSeconds(3)), Duration.ofSeconds(3), true, true),
                Arguments.of(new Recovered.LastCommit(REQUESTED.minusSeconds(61)), Duration.ofSeconds(61), false, true),
                // The primary went on writing after the request, and the archive got it.
                Arguments.of(new Recovered.LastCommit(REQUESTED.plusSeconds(3)), Duration.ZERO, true, true),
                Arguments.of(new Recovered.Snapshot(REQUESTED.minusSeconds(5400)), Duration.ofMinutes(90), false, true),
                Arguments.of(new Recovered.EndOfBackup(REQUESTED.minusSeconds(10)), Duration.ofSeconds(10), true, true),
                Arguments.of(new Recovered.ChosenMoment(), null, null, true),
                Arguments.of(new Recovered.Nothing(), null, null, true));
    }

    @ParameterizedTest
    @MethodSource("recovered")
    void rpoIsTheAgeOfTheLastRecoveredCommitAtTheIncident(
            Recovered recovered, Duration measured, Boolean met, boolean noted) {
        Measure rpo = Objectives.rpo(Duration.ofMinutes(1), REQUESTED, recovered);

        assertThat(rpo.measured()).isEqualTo(measured);
        assertThat(rpo.met()).isEqualTo(met);
        assertThat(rpo.note() != null).isEqualTo(noted);
    }

    @ParameterizedTest
    @CsvSource({
        // last commit, newest marker (seconds before the request) -> measured from
        "5, 6, 6",
        "5, , 5",
        // They stopped long before: nobody wrote markers any more.
        "5, 70, 5"
    })
    void theNewestMarkerDatesTheLatest(long commit, Long marker, long measured) {
        Markers markers =
                new Markers(1, marker == null ? null : REQUESTED.minusSeconds(marker), null, null, null, null, null);

        Recovered recovered = Objectives.withMarkers(new Recovered.LastCommit(REQUESTED.minusSeconds(commit)), markers);

        assertThat(Objectives.rpo(null, REQUESTED, recovered).measured()).isEqualTo(Duration.ofSeconds(measured));
    }

    @Test
    void whatWasChosenIsNotDatedByMarkers() {
        Markers markers = new Markers(1, REQUESTED, null, null, null, null, null);

        assertThat(Objectives.withMarkers(new Recovered.ChosenMoment(), markers))
                .isEqualTo(new Recovered.ChosenMoment());
        assertThat(Objectives.withMarkers(new Recovered.EndOfBackup(REQUESTED.minusSeconds(9)), markers))
                .isEqualTo(new Recovered.NewestMarker(REQUESTED));
        assertThat(Objectives.withMarkers(new Recovered.EndOfBackup(REQUESTED), null))
                .isEqualTo(new Recovered.EndOfBackup(REQUESTED));
    }
}
