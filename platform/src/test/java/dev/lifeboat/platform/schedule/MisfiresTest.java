package dev.lifeboat.platform.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisfiresTest {
    private static final Duration GRACE = Duration.ofMinutes(1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # cron      | zone          | last handled           | now                    | policy   | run                    | missed                                      | next
            # nothing is due yet
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T01:59:59Z   | run-once |                        |                                             | 2026-11-21T02:00:00Z
            0 2 * * *   | UTC           | 2026-11-21T02:00:00Z   | 2026-11-21T02:00:00Z   | skip     |                        |                                             | 2026-11-22T02:00:00Z
            # in time
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T02:00:00Z   | run-once | 2026-11-21T02:00:00Z   |                                             | 2026-11-22T02:00:00Z
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T02:00:00Z   | skip     | 2026-11-21T02:00:00Z   |                                             | 2026-11-22T02:00:00Z
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T02:01:00Z   | skip     | 2026-11-21T02:00:00Z   |                                             | 2026-11-22T02:00:00Z
            # late by more than the grace
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T02:01:01Z   | run-once | 2026-11-21T02:00:00Z   |                                             | 2026-11-22T02:00:00Z
            0 2 * * *   | UTC           | 2026-11-20T02:00:00Z   | 2026-11-21T02:01:01Z   | skip     |                        | 2026-11-21T02:00:00Z                        | 2026-11-22T02:00:00Z
            # two days away
            0 2 * * *   | UTC           | 2026-11-19T02:00:00Z   | 2026-11-21T12:00:00Z   | run-once | 2026-11-21T02:00:00Z   | 2026-11-20T02:00:00Z                        | 2026-11-22T02:00:00Z
            0 2 * * *   | UTC           | 2026-11-19T02:00:00Z   | 2026-11-21T12:00:00Z   | skip     |                        | 2026-11-20T02:00:00Z,2026-11-21T02:00:00Z   | 2026-11-22T02:00:00Z
            # away, and back just in time for the newest
            0 2 * * *   | UTC           | 2026-11-19T02:00:00Z   | 2026-11-21T02:00:30Z   | skip     | 2026-11-21T02:00:00Z   | 2026-11-20T02:00:00Z                        | 2026-11-22T02:00:00Z
            # away while clocks went forward: 02:30 was due at 03:00
            30 2 * * *  | Europe/Berlin | 2026-03-28T01:30:00Z   | 2026-03-29T12:00:00Z   | run-once | 2026-03-29T01:00:00Z   |                                             | 2026-03-30T00:30:00Z
            # away while clocks went back: due once, at the first 02:30
            30 2 * * *  | Europe/Berlin | 2026-10-24T00:30:00Z   | 2026-10-25T12:00:00Z   | skip     |                        | 2026-10-25T00:30:00Z                        | 2026-10-26T01:30:00Z
            # between the two 02:30, the first handled: nothing is due
            30 2 * * *  | Europe/Berlin | 2026-10-25T00:30:00Z   | 2026-10-25T01:30:00Z   | run-once |                        |                                             | 2026-10-26T01:30:00Z
            # the clock was set back: what was handled is not handled again
            0 2 * * *   | UTC           | 2026-11-21T02:00:00Z   | 2026-11-20T12:00:00Z   | run-once |                        |                                             | 2026-11-22T02:00:00Z
            """)
    void what_was_due_is_run_or_missed(
            String cron,
            String zone,
            Instant lastHandled,
            Instant now,
            String policy,
            Instant run,
            String missed,
            Instant next) {
        Schedule schedule = Schedule.of(cron, ZoneId.of(zone));

        Misfires.Decision decision = Misfires.decide(schedule, lastHandled, now, Misfires.Policy.of(policy), GRACE);

        List<Instant> expectedMissed = missed == null
                ? List.of()
                : Arrays.stream(missed.split(",")).map(Instant::parse).toList();
        assertThat(decision.run()).isEqualTo(Optional.ofNullable(run));
        assertThat(decision.missed()).isEqualTo(expectedMissed);
        assertThat(decision.next()).contains(next);
        assertThat(schedule.between(lastHandled, now, 1000))
                .hasSize(decision.missed().size() + (decision.run().isPresent() ? 1 : 0));
    }

    @Test
    void a_long_downtime_is_worked_off_in_parts_without_losing_one() {
        Schedule everyMinute = Schedule.of("* * * * *", ZoneId.of("UTC"));
        Instant from = Instant.parse("2026-11-01T00:00:00Z");
        Instant now = from.plus(Duration.ofMinutes(Misfires.AT_ONCE + 7));

        Misfires.Decision first = Misfires.decide(everyMinute, from, now, Misfires.Policy.RUN_ONCE, GRACE);
        Misfires.Decision second =
                Misfires.decide(everyMinute, first.handledUpTo(), now, Misfires.Policy.RUN_ONCE, GRACE);

        assertThat(first.run()).isEmpty();
        assertThat(first.missed()).hasSize(Misfires.AT_ONCE);
        assertThat(first.next()).hasValueSatisfying(next -> assertThat(next).isBefore(now));
        assertThat(second.run()).contains(now);
        assertThat(second.missed()).hasSize(6);
        assertThat(second.next()).contains(now.plus(Duration.ofMinutes(1)));
    }
}
