package dev.lifeboat.platform.operations;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Beats while the instance lives: leases are renewed and progress is written on one thread, sweeps go on another, so
 * that a slow sweep costs nobody its lease.
 */
public final class OperationPulse {
    private static final Logger LOG = Logger.getLogger(OperationPulse.class);

    private final OperationSettings settings;
    private final OperationExecutor executor;
    private final ScheduledExecutorService beats = thread("operation-heartbeat");
    private final ScheduledExecutorService sweeps = thread("operation-sweep");
    private long renewedAt = System.nanoTime();

    /** A pulse that does not beat yet. */
    public OperationPulse(OperationSettings settings, OperationExecutor executor) {
        this.settings = settings;
        this.executor = executor;
    }

    /** Begins to beat and to sweep, at once for the first time. */
    public void start() {
        long beat = Math.min(1000, settings.heartbeat().toMillis());
        every(beats, beat, beat, "heartbeat", this::beat);
        long sweep = settings.sweep().toMillis();
        every(sweeps, 0, sweep, "sweep", executor::sweep);
    }

    /** Stops sweeping, lets the executor give back what runs, and then stops beating. */
    public void stop() {
        sweeps.shutdown();
        executor.stop();
        beats.shutdown();
    }

    private void beat() {
        // A little early rather than one beat late.
        Duration since = Duration.ofNanos(System.nanoTime() - renewedAt).plusMillis(50);
        boolean renew = since.compareTo(settings.heartbeat()) >= 0;
        long begun = System.nanoTime();
        executor.beat(renew);
        if (renew) {
            renewedAt = begun;
        }
    }

    private static void every(
            ScheduledExecutorService thread, long firstMillis, long millis, String what, Runnable work) {
        // What it ends with is never looked at: it catches everything, and ends with the thread.
        Future<?> unused = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.warnf("operations: the %s failed and is tried again: %s", what, e);
                    }
                },
                firstMillis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }
}
