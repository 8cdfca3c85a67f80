package dev.lifeboat.platform.schedule;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Looks every few seconds for policies that are due and that nobody was woken for. */
final class OverdueTimers {
    private static final Logger LOG = Logger.getLogger(OverdueTimers.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final JdbcPolicyTimer timer;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("policy-sweep").factory());

    OverdueTimers(JdbcPolicyTimer timer) {
        this.timer = timer;
    }

    void start() {
        // What it ends with is never looked at: it catches everything, and ends with the thread.
        Future<?> unused = thread.scheduleWithFixedDelay(this::sweep, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        thread.shutdown();
    }

    private void sweep() {
        try {
            timer.sweep();
        } catch (RuntimeException e) {
            LOG.warnf("policies: the sweep failed and is tried again: %s", e);
        }
    }
}
