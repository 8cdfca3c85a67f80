package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventSettings;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The one thread on which this instance takes events, so that nothing overtakes. */
@ApplicationScoped
class InboxThread {
    private static final Logger LOG = Logger.getLogger(InboxThread.class);

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
            work -> Thread.ofPlatform().daemon().name("lifeboat-inbox").unstarted(work));
    private final InboxStatus status;
    private final EventSettings settings;

    InboxThread(InboxStatus status, EventSettings settings) {
        this.status = status;
        this.settings = settings;
    }

    /** Work that ends early when the service does. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /**
     * Runs it behind what is running, again and again until it succeeds: what is not taken is not acknowledged, and what
     * comes behind it must not overtake. Not ready meanwhile.
     *
     * @return completed when it is done; exceptionally only when the service ends
     */
    CompletionStage<Void> untilDone(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Future<?> unused = executor.submit(() -> {
            try {
                insist(work);
                done.complete(null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                done.completeExceptionally(e);
            } catch (Error e) {
                LOG.fatal("events are no longer taken", e);
                status.troubled(e.toString());
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private void insist(Work work) throws InterruptedException {
        Backoff backoff = new Backoff(settings.longestPause());
        while (true) {
            try {
                work.run();
                status.well();
                return;
            } catch (RuntimeException e) {
                LOG.error("events cannot be taken; trying again", e);
                status.troubled(e.toString());
                backoff.pause();
            }
        }
    }

    /** Runs it again and again, that long after it ended; a failure is logged and it goes on. */
    void every(Duration pause, Work work) {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException e) {
                        LOG.error("will be tried again", e);
                    }
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    void end(@Observes ShutdownEvent event) {
        executor.shutdownNow();
    }
}
