package dev.lifeboat.platform.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Calls a {@link PolicyTimerHandler} when policies are due. The row is the truth here too, Quartz only wakes. */
public interface PolicyTimer {

    /** How late a run may begin and still be in time, where nobody says otherwise. */
    Duration USUAL_GRACE = Duration.ofMinutes(1);

    /**
     * Arms the timer of a policy, in the caller's transaction. What is due from now on will be run. A timer that is armed
     * already keeps what it has dealt with: arming again neither repeats nor loses a run. With a new schedule, what the
     * old one was due for until now is told to the handler first, before this returns.
     *
     * @throws IllegalArgumentException if no handler is there for the owner
     */
    void arm(Handle transaction, Timed policy);

    /**
     * Takes the timer of a policy away, in the caller's transaction. What was due and has not begun is told to the
     * handler as missed, before this returns.
     */
    void disarm(Handle transaction, String policyKey);

    /** When the policy is due next, without the jitter; empty if it is not armed or never due again. */
    Optional<Instant> nextDue(Handle transaction, String policyKey);

    /**
     * A policy with a schedule.
     *
     * @param key unique in the service, e.g. {@code shop/nightly}
     * @param owner see {@link PolicyTimerHandler#owner()}
     * @param cron five fields
     * @param zone of the cron
     * @param offset how long after the moment it begins, see {@link Schedule#offset}
     * @param misfire what to do about a run that could not begin in time
     * @param grace how late a run may begin and still be in time
     */
    record Timed(
            String key,
            String owner,
            String cron,
            ZoneId zone,
            Duration offset,
            Misfires.Policy misfire,
            Duration grace) {
        /** The schedule; throws IllegalArgumentException if the cron is none. */
        public Schedule schedule() {
            return Schedule.of(cron, zone);
        }
    }
}
