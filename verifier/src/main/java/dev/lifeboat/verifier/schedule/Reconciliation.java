package dev.lifeboat.verifier.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What became of each moment at which a run was due. Each is in exactly one state; when none is pending any more,
 * due = ran + skipped + missed.
 *
 * @param moments oldest first
 */
public record Reconciliation(List<Moment> moments) {

    /** What became of a run that was due. */
    public enum State {
        /** It was begun, and may still run. */
        RAN,
        /** It was left out, and somebody said so. */
        SKIPPED,
        /** Nobody said anything about it in time. */
        MISSED,
        /** It may still begin, or be heard of. */
        PENDING
    }

    /**
     * What was heard of a run.
     *
     * @param run its id
     * @param ending how it ended; null while it runs
     */
    public record Heard(UUID run, String ending) {
        boolean skipped() {
            return "skipped".equals(ending);
        }
    }

    /**
     * A run that was due.
     *
     * @param heard what was said of it; null if nothing. A missed run that was made up for later keeps its state
     */
    public record Moment(Instant dueAt, State state, Heard heard) {}

    /**
     * Decides.
     *
     * @param due what the timetable says
     * @param heard by the moment that a run was for; whatever was begun by schedule was due, also if the timetable does not
     *     know it (a change of the schedule is heard of a little later than it is made)
     * @param missed moments that are recorded as missed already: they stay so
     * @param tolerance how long after the latest begin something must have been heard
     * @param heardUpTo everything that was said until then has been heard: later silence means nothing
     */
    public static Reconciliation of(
            List<Timetable.Due> due,
            Map<Instant, Heard> heard,
            java.util.Set<Instant> missed,
            Duration tolerance,
            Instant heardUpTo) {
        SortedMap<Instant, Instant> latest = new TreeMap<>();
        due.forEach(moment -> latest.merge(moment.at(), moment.latestBegin(), (a, b) -> a.isAfter(b) ? a : b));
        heard.keySet().forEach(moment -> latest.putIfAbsent(moment, moment));
        missed.forEach(moment -> latest.putIfAbsent(moment, moment));
        List<Moment> moments = new ArrayList<>();
        latest.forEach((at, latestBegin) -> {
            Heard said = heard.get(at);
            State state;
            if (missed.contains(at)) {
                state = State.MISSED;
            } else if (said != null) {
                state = said.skipped() ? State.SKIPPED : State.RAN;
            } else {
                state = heardUpTo.isAfter(latestBegin.plus(tolerance)) ? State.MISSED : State.PENDING;
            }
            moments.add(new Moment(at, state, said));
        });
        return new Reconciliation(List.copyOf(moments));
    }

    /** How many are in a state. */
    public long count(State state) {
        return moments.stream().filter(moment -> moment.state() == state).count();
    }

    /** Whether the sum is right: it always is, or there is a mistake in here. */
    public boolean addsUp() {
        return moments.size() == count(State.RAN) + count(State.SKIPPED) + count(State.MISSED) + count(State.PENDING);
    }
}
