package dev.lifeboat.platform.events.inbox;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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

    /** Work that ends early when the service does. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    /** Runs it behind what is running, and tells how it ended. */
    void run(CompletableFuture<Void> done, Work work) {
        Future<?> unused = executor.submit(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                done.completeExceptionally(e);
            } catch (Throwable e) {
                LOG.error("events are no longer taken", e);
                done.completeExceptionally(e);
            }
        });
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
                        LOG.warn("will be tried again", e);
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
