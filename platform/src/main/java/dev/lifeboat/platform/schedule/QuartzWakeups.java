package dev.lifeboat.platform.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;

/**
 * Wake-ups as one durable Quartz job each, with at most one trigger, in the JDBC store: whichever instance is there
 * fires it.
 *
 * <p>Quartz takes its one lock (a row of {@code qrtz_locks}) for each change and keeps it until the transaction of this
 * thread ends. That is why changes are made last, just before the commit: the lock is held for a moment only, and
 * always taken after all others, so that it closes no circle of waiting. Quartz' own thread is told of the change before
 * the commit; it wants the same lock, and so looks again after the commit and not too early.
 */
public final class QuartzWakeups implements Wakeups {
    private final Scheduler scheduler;
    private final BeforeCommit beforeCommit;

    /**
     * Wake-ups kept by a scheduler.
     *
     * @param scheduler whose store takes part in the transactions that {@code beforeCommit} knows
     */
    public QuartzWakeups(Scheduler scheduler, BeforeCommit beforeCommit) {
        this.scheduler = scheduler;
        this.beforeCommit = beforeCommit;
    }

    @Override
    public void in(String group, String name, Duration delay) {
        beforeCommit.run(() -> set(group, name, delay));
    }

    @Override
    public void none(String group, String name) {
        beforeCommit.run(() -> remove(group, name));
    }

    private void set(String group, String name, Duration delay) {
        JobDetail job = JobBuilder.newJob(WakeupJob.class)
                .withIdentity(name, group)
                .storeDurably()
                .build();
        // Quartz keeps milliseconds: one more, so that it never fires before the moment that the row names. And it goes
        // by the system's clock, whatever clock the delay was computed with.
        Duration atLeast = delay.isNegative() ? Duration.ZERO : delay.plusMillis(1);
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(name, group)
                .forJob(job)
                .startAt(Date.from(Instant.now().plus(atLeast)))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
        try {
            scheduler.scheduleJob(job, Set.of(trigger), true);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not take the wake-up " + group + "/" + name, e);
        }
    }

    private void remove(String group, String name) {
        try {
            scheduler.unscheduleJob(TriggerKey.triggerKey(name, group));
            scheduler.deleteJob(JobKey.jobKey(name, group));
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not give up the wake-up " + group + "/" + name, e);
        }
    }
}
