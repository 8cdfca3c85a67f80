package dev.lifeboat.platform.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # cron                 | zone          | after                     | next
            0 2 * * *              | UTC           | 2026-11-21T01:59:59Z      | 2026-11-21T02:00:00Z
            0 2 * * *              | UTC           | 2026-11-21T02:00:00Z      | 2026-11-22T02:00:00Z
            * * * * *              | UTC           | 2026-11-21T02:00:30Z      | 2026-11-21T02:01:00Z
            */15 * * * *           | UTC           | 2026-11-21T23:46:00Z      | 2026-11-22T00:00:00Z
            5-20/5 3 * * *         | UTC           | 2026-11-21T03:10:00Z      | 2026-11-21T03:15:00Z
            0,30 8-10 * * *        | UTC           | 2026-11-21T10:30:00Z      | 2026-11-22T08:00:00Z
            0 2 * * 0              | UTC           | 2026-11-21T12:00:00Z      | 2026-11-22T02:00:00Z
            0 2 * * 7              | UTC           | 2026-11-21T12:00:00Z      | 2026-11-22T02:00:00Z
            0 2 * * SUN            | UTC           | 2026-11-21T12:00:00Z      | 2026-11-22T02:00:00Z
            0 2 * * mon-fri        | UTC           | 2026-11-21T12:00:00Z      | 2026-11-23T02:00:00Z
            0 2 * * 5-7            | UTC           | 2026-11-19T12:00:00Z      | 2026-11-20T02:00:00Z
            0 0 1 JAN *            | UTC           | 2026-11-21T12:00:00Z      | 2027-01-01T00:00:00Z
            0 0 31 * *             | UTC           | 2026-11-01T00:00:00Z      | 2026-12-31T00:00:00Z
            0 0 29 2 *             | UTC           | 2026-11-21T12:00:00Z      | 2028-02-29T00:00:00Z
            # both day fields restrict: either will do
            0 0 13 * 5             | UTC           | 2026-11-21T12:00:00Z      | 2026-11-27T00:00:00Z
            0 0 13 * 5             | UTC           | 2026-12-12T12:00:00Z      | 2026-12-13T00:00:00Z
            # one begins with a star: both must do
            0 0 */2 * 5            | UTC           | 2026-11-21T12:00:00Z      | 2026-11-27T00:00:00Z
            0 2 * * *              | Europe/Berlin | 2026-11-21T12:00:00Z      | 2026-11-22T01:00:00Z
            0 2 * * *              | Asia/Kolkata  | 2026-11-21T12:00:00Z      | 2026-11-21T20:30:00Z
            # clocks go forward on 29 March 2026: 02:00 to 03:00 do not exist
            30 2 * * *             | Europe/Berlin | 2026-03-28T12:00:00Z      | 2026-03-29T01:00:00Z
            30 2 * * *             | Europe/Berlin | 2026-03-29T01:00:00Z      | 2026-03-30T00:30:00Z
            */20 * * * *           | Europe/Berlin | 2026-03-29T00:40:00Z      | 2026-03-29T01:00:00Z
            */20 * * * *           | Europe/Berlin | 2026-03-29T01:00:00Z      | 2026-03-29T01:20:00Z
            0 * * * *              | Europe/Berlin | 2026-03-29T00:00:00Z      | 2026-03-29T01:00:00Z
            0 * * * *              | Europe/Berlin | 2026-03-29T01:00:00Z      | 2026-03-29T02:00:00Z
            # clocks go back on 25 October 2026: 02:00 to 03:00 come twice, a run only once
            30 2 * * *             | Europe/Berlin | 2026-10-24T12:00:00Z      | 2026-10-25T00:30:00Z
            30 2 * * *             | Europe/Berlin | 2026-10-25T00:30:00Z      | 2026-10-26T01:30:00Z
            30 2 * * *             | Europe/Berlin | 2026-10-25T01:10:00Z      | 2026-10-26T01:30:00Z
            0 * * * *              | Europe/Berlin | 2026-10-25T00:00:00Z      | 2026-10-25T02:00:00Z
            0 3 * * *              | Europe/Berlin | 2026-10-25T00:30:00Z      | 2026-10-25T02:00:00Z
            # a zone whose clocks move by half an hour, and one that left out a whole day
            15 2 * * *             | Australia/Lord_Howe | 2026-10-03T12:00:00Z | 2026-10-03T15:30:00Z
            0 12 30 12 *           | Pacific/Apia  | 2011-12-30T09:00:00Z      | 2011-12-30T10:00:00Z
            """)
    void next_moment(String cron, String zone, Instant after, Instant next) {
        Schedule schedule = Schedule.of(cron, ZoneId.of(zone));

        assertThat(schedule.nextAfter(after)).contains(next);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            @daily          | nicknames
            ''              | five fields
            0 2 * *         | found 4
            0 0 2 * * *     | no field for seconds
            0 2 * * ? *     | no field for seconds
            0 2 ? * 1       | ? is not taken, write *
            60 * * * *      | the minute cannot be "60"
            * 24 * * *      | the hour cannot be "24"
            * * 0 * *       | the day of month cannot be "0"
            * * * 13 *      | the month cannot be "13"
            * * * * 8       | the day of week cannot be "8"
            * * * * FUN     | SUN to SAT
            5/15 * * * *    | 5-59/15
            */0 * * * *     | a step is a number from 1
            */x * * * *     | a step is a number from 1
            1-5/2/2 * * * * | one step at most
            10-5 * * * *    | smaller end
            1, * * * *      | the minute cannot be ""
            -1 * * * *      | the minute cannot be "-1"
            * * L * *       | the day of month cannot be "L"
            * * * * 5#3     | the day of week cannot be "5#3"
            * * 15W * *     | the day of month cannot be "15W"
            H 2 * * *       | the minute cannot be "H"
            0 0 30 2 *      | never due
            0 0 31 4,6,9,11 * | never due
            """)
    void what_is_no_schedule_is_refused_with_the_reason(String cron, String reason) {
        assertThatThrownBy(() -> Schedule.of(cron, ZoneId.of("UTC")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void between_takes_the_end_and_not_the_beginning() {
        Schedule hourly = Schedule.of("0 * * * *", ZoneId.of("UTC"));

        List<Instant> due = hourly.between(at("2026-11-21T01:00:00Z"), at("2026-11-21T03:00:00Z"), 10);

        assertThat(due).containsExactly(at("2026-11-21T02:00:00Z"), at("2026-11-21T03:00:00Z"));
        assertThat(hourly.between(at("2026-11-21T01:00:00Z"), at("2026-11-22T01:00:00Z"), 3))
                .hasSize(3);
    }

    @Test
    void a_year_has_a_run_on_each_day_and_none_twice_wherever_it_is() {
        for (String zone : List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Africa/Cairo")) {
            Schedule nightly = Schedule.of("30 2 * * *", ZoneId.of(zone));
            Instant from = OffsetDateTime.parse("2026-01-01T00:00:00Z").toInstant();

            List<Instant> due = nightly.between(from, from.plus(Duration.ofDays(365)), 1000);

            assertThat(due).as(zone).hasSize(365).doesNotHaveDuplicates().isSorted();
        }
    }

    @Test
    void the_offset_of_a_name_is_stable_and_below_the_jitter() {
        Duration jitter = Duration.ofMinutes(10);

        Duration offset = Schedule.offset("shop/nightly", jitter);

        assertThat(offset).isEqualTo(Schedule.offset("shop/nightly", jitter)).isBetween(Duration.ZERO, jitter);
        assertThat(Schedule.offset("shop/nightly", null)).isZero();
        assertThat(Schedule.offset("shop/hourly", jitter)).isNotEqualTo(offset);
    }

    private static Instant at(String text) {
        return Instant.parse(text);
    }
}
