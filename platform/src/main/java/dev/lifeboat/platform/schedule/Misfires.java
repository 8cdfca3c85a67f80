package dev.lifeboat.platform.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of runs that were due: decided from the schedule and the clock alone. */
public final class Misfires {
    /** Moments looked at in one decision: years of downtime are worked off in parts. */
    public static final int AT_ONCE = 500;

    /** What to do about a run that could not begin in time. */
    public enum Policy {
        /** The newest is run late, those before it are missed. */
        RUN_ONCE("run-once"),
        /** All of them are missed. */
        SKIP("skip");

        private final String text;

        Policy(String text) {
            this.text = text;
        }

        /** As it is declared: {@code run-once} or {@code skip}. */
        public String text() {
            return text;
        }

        /**
         * From its declaration.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public static Policy of(String text) {
            for (Policy policy : values()) {
                if (policy.text.equals(text)) {
                    return policy;
                }
            }
            throw new IllegalArgumentException("a misfire policy is run-once or skip, found " + text);
        }
    }

    /**
     * What is to be done now. Each moment that was due is in {@code run} or in {@code missed}, none in both.
     *
     * @param run the one to run now, if any
     * @param missed those that are not run, oldest first
     * @param handledUpTo what the next decision begins after
     * @param next when the schedule is due after that; empty if never again. Not after {@code now} if there were more
     *     than {@link #AT_ONCE}
     */
    public record Decision(Optional<Instant> run, List<Instant> missed, Instant handledUpTo, Optional<Instant> next) {}

    private Misfires() {}

    /**
     * Decides.
     *
     * @param lastHandled what was due up to here has been dealt with
     * @param grace how late a run may begin and still be in time
     */
    public static Decision decide(Schedule schedule, Instant lastHandled, Instant now, Policy policy, Duration grace) {
        List<Instant> due = schedule.between(lastHandled, now, AT_ONCE);
        if (due.isEmpty()) {
            return new Decision(Optional.empty(), List.of(), lastHandled, schedule.nextAfter(lastHandled));
        }
        Instant newest = due.getLast();
        Optional<Instant> next = schedule.nextAfter(newest);
        boolean moreAreDue = next.isPresent() && !next.get().isAfter(now);
        boolean inTime = !now.isAfter(newest.plus(grace));
        boolean run = !moreAreDue && (inTime || policy == Policy.RUN_ONCE);
        return new Decision(
                run ? Optional.of(newest) : Optional.empty(), run ? due.subList(0, due.size() - 1) : due, newest, next);
    }
}
