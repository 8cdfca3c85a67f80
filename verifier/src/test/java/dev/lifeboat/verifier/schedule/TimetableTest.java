package dev.lifeboat.verifier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.verifier.schedule.Timetable.Due;
import dev.lifeboat.verifier.schedule.Timetable.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which runs were due, through changes of the declaration and of the clock. */
class TimetableTest {
    private static final String DAY = "2026-11-21T";

    static Stream<Arguments> histories() {
        return Stream.of(
                Arguments.of(
                        "declared between two hours",
                        List.of(span("00:30", null, "0 * * * *")),
                        "00:00",
                        "03:00",
                        moments("01:00", "02:00", "03:00")),
                Arguments.of(
                        "declared at the very moment: due from the next on",
                        List.of(span("01:00", null, "0 * * * *")),
                        "00:00",
                        "02:00",
                        moments("02:00")),
                Arguments.of(
                        "removed: nothing more",
                        List.of(span("00:00", "01:30", "0 * * * *")),
                        "00:00",
                        "09:00",
                        moments("01:00")),
                Arguments.of(
                        "removed at the very moment: it was due",
                        List.of(span("00:00", "02:00", "0 * * * *")),
                        "00:00",
                        "09:00",
                        moments("01:00", "02:00")),
                Arguments.of(
                        "hourly, from half past one at the quarters",
                        List.of(span("00:00", "01:30", "0 * * * *"), span("01:30", null, "*/15 * * * *")),
                        "00:30",
                        "02:00",
                        moments("01:00", "01:45", "02:00")),
                Arguments.of(
                        "removed and declared again later",
                        List.of(span("00:00", "01:30", "0 * * * *"), span("03:30", null, "0 * * * *")),
                        "00:00",
                        "04:00",
                        moments("01:00", "04:00")),
                Arguments.of(
                        "changed before it was ever due",
                        List.of(span("00:10", "00:20", "0 * * * *"), span("00:20", null, "30 * * * *")),
                        "00:00",
                        "01:00",
                        moments("00:30")),
                Arguments.of(
                        "only what was asked for",
                        List.of(span("00:00", null, "0 * * * *")),
                        "04:00",
                        "05:30",
                        moments("05:00")),
                Arguments.of("declared later", List.of(span("08:00", null, "0 * * * *")), "00:00", "07:00", List.of()),
                Arguments.of("never", List.of(), "00:00", "09:00", List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void dueThroughItsDeclarations(String name, List<Span> spans, String from, String to, List<Instant> expected) {
        Timetable timetable = new Timetable(spans);

        assertThat(timetable.between(at(from), at(to))).extracting(Due::at).isEqualTo(expected);
    }

    @Test
    void anOrderOfDeclarationsIsNotReliedUpon() {
        Timetable timetable =
                new Timetable(List.of(span("01:30", null, "*/30 * * * *"), span("00:00", "01:30", "0 * * * *")));

        assertThat(timetable.between(at("00:00"), at("02:00")))
                .extracting(Due::at)
                .isEqualTo(moments("01:00", "02:00"));
    }

    @Test
    void theHourThatDoesNotExistIsDueAtTheNextMomentAndTheOneThatComesTwiceOnce() {
        Timetable nightly = new Timetable(List.of(new Span(
                Instant.parse("2026-01-01T00:00:00Z"),
                Optional.empty(),
                "30 2 * * *",
                ZoneId.of("Europe/Berlin"),
                Duration.ZERO)));

        assertThat(nightly.between(Instant.parse("2026-03-28T00:00:00Z"), Instant.parse("2026-03-30T12:00:00Z")))
                .extracting(Due::at)
                .containsExactly(
                        Instant.parse("2026-03-28T01:30:00Z"),
                        Instant.parse("2026-03-29T01:00:00Z"),
                        Instant.parse("2026-03-30T00:30:00Z"));
        assertThat(nightly.between(Instant.parse("2026-10-24T12:00:00Z"), Instant.parse("2026-10-26T12:00:00Z")))
                .extracting(Due::at)
                .containsExactly(Instant.parse("2026-10-25T00:30:00Z"), Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void theZoneDecidesWhichDayItIs() {
        Timetable sunday = new Timetable(List.of(
                new Span(at("00:00"), Optional.empty(), "0 0 * * 0", ZoneId.of("Pacific/Auckland"), Duration.ZERO)));

        assertThat(sunday.between(at("00:00"), Instant.parse("2026-11-23T00:00:00Z")))
                .extracting(Due::at)
                .containsExactly(Instant.parse("2026-11-21T11:00:00Z"));
    }

    @Test
    void jitterMovesTheBeginAndNotTheMoment() {
        Timetable timetable = new Timetable(List.of(
                new Span(at("00:00"), Optional.empty(), "0 * * * *", ZoneId.of("UTC"), Duration.ofMinutes(20))));

        assertThat(timetable.between(at("00:00"), at("01:00"))).containsExactly(new Due(at("01:00"), at("01:20")));
    }

    @Test
    void yearsOfSilenceAreWorkedOffInParts() {
        Timetable minutely = new Timetable(List.of(span("00:00", null, "* * * * *")));

        List<Due> due = minutely.between(at("00:00"), at("00:00").plus(Duration.ofDays(30)));

        assertThat(due).hasSize(Timetable.MOST);
        assertThat(minutely.between(due.getLast().at(), due.getLast().at().plusSeconds(60)))
                .hasSize(1);
    }

    private static Span span(String from, String until, String cron) {
        return new Span(
                at(from), Optional.ofNullable(until).map(TimetableTest::at), cron, ZoneId.of("UTC"), Duration.ZERO);
    }

    private static List<Instant> moments(String... times) {
        return Arrays.stream(times).map(TimetableTest::at).toList();
    }

    private static Instant at(String time) {
        return Instant.parse(DAY + time + ":00Z");
    }
}
