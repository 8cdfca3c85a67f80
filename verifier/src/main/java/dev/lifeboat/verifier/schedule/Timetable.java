package dev.lifeboat.verifier.schedule;

import dev.lifeboat.platform.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When one policy was due, through all its declarations. A pure function of what was declared when, so that the verifier
 * comes to the same moments as whoever should have begun the runs, without hearing from them.
 *
 * <p>A declaration counts from just after it was made until the moment at which another took its place or it was removed,
 * that moment included: what was due at the very moment of a change was due by the old word.
 *
 * @param spans in the order in which they were declared
 */
public record Timetable(List<Span> spans) {
    /** A schedule that never ends is due so often in one question at most. */
    static final int MOST = 10_000;

    /**
     * One declaration of the schedule.
     *
     * @param from declared then
     * @param until changed or removed then; empty while it stands
     * @param jitter each run begins within this after it is due
     */
    public record Span(Instant from, Optional<Instant> until, String cron, ZoneId zone, Duration jitter) {}

    /** Takes a copy, in order. */
    public Timetable {
        spans = spans.stream().sorted(Comparator.comparing(Span::from)).toList();
    }

    /**
     * A moment at which a run was due.
     *
     * @param latestBegin by then it has begun, if nothing is wrong
     */
    public record Due(Instant at, Instant latestBegin) {}

    /** All moments in {@code (from, to]}, oldest first, at most {@value #MOST}. */
    public List<Due> between(Instant from, Instant to) {
        List<Due> due = new ArrayList<>();
        for (Span span : spans) {
            Instant after = span.from().isAfter(from) ? span.from() : from;
            Instant upTo = span.until().filter(until -> until.isBefore(to)).orElse(to);
            if (!upTo.isAfter(after) || due.size() >= MOST) {
                continue;
            }
            for (Instant moment : Schedule.of(span.cron(), span.zone()).between(after, upTo, MOST - due.size())) {
                due.add(new Due(moment, moment.plus(span.jitter())));
            }
        }
        return List.copyOf(due);
    }
}
