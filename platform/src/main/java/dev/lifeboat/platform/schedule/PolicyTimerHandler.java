package dev.lifeboat.platform.schedule;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What a service does when one of its policies is due. An implementation is an {@code @ApplicationScoped} bean; the
 * platform finds it.
 *
 * <p>Laws: both are called in the transaction that also moves the timer on, and so once for each moment: what was due is
 * either run or missed. They only insert rows and submit operations; whoever finds an earlier run still going records the
 * new one as skipped.
 */
public interface PolicyTimerHandler {

    /** Name of the timers that it is for, e.g. {@code backup-policy}. */
    String owner();

    /**
     * A run is due.
     *
     * @param policyKey as it was armed with
     * @param dueAt the moment that the schedule names, without the jitter
     */
    void due(String policyKey, Instant dueAt, Handle transaction);

    /**
     * Runs were due while nobody could begin them, and will not be made up for.
     *
     * @param dueAt the moments, oldest first
     */
    void missed(String policyKey, List<Instant> dueAt, Handle transaction);
}
