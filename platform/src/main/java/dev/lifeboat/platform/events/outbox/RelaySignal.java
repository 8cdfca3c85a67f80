package dev.lifeboat.platform.events.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes this instance's relay. Any number of wakes before it looks are one. */
@ApplicationScoped
public class RelaySignal {
    private final Semaphore pending = new Semaphore(0);

    /** There is something to be sent, or to be noticed. */
    public void wake() {
        if (pending.availablePermits() == 0) {
            pending.release();
        }
    }

    /** Waits for a wake, at most that long; true if there was one. */
    boolean await(Duration atMost) throws InterruptedException {
        boolean woken = pending.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS);
        pending.drainPermits();
        return woken;
    }
}
