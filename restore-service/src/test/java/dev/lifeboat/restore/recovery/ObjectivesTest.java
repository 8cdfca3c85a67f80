package dev.lifeboat.restore.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.recovery.Objectives.Recovered;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
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
                Arguments.of(new Recovered.LastCommit(REQUESTED.minusSeconds(30)), Duration.ofSeconds(30), true, false),
                Arguments.of(
                        new Recovered.LastCommit(REQUESTED.minusSeconds(61)), Duration.ofSeconds(61), false, false),
                // The primary went on writing after the request, and the archive got it.
                Arguments.of(new Recovered.LastCommit(REQUESTED.plusSeconds(3)), Duration.ZERO, true, false),
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
}
