package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Tries again for as long as the store is away, with growing pauses, and says when that begins and ends. What will never
 * succeed is handed to whoever must know. Safe for many threads.
 */
final class Attempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final WalListener listener;
    private final Consumer<WalException> onFailure;
    private boolean stalled;
    private boolean ended;

    Attempts(WalListener listener, Consumer<WalException> onFailure) {
        this.listener = listener;
        this.onFailure = onFailure;
    }

    /** Something that may fail for a while. */
    interface Attempt {
        void run() throws IOException;
    }

    /** Until it is done; false when it never will, or when all was ended meanwhile. */
    boolean until(Attempt action) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                action.run();
                goesOn();
                return true;
            } catch (StoreException e) {
                if (!e.fault().retryable()) {
                    onFailure.accept(WalException.of(e));
                    return false;
                }
                stalls(e);
                if (!pause(pause)) {
                    return false;
                }
                Duration longer = pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
            } catch (IOException | RuntimeException e) {
                onFailure.accept(WalException.of(e));
                return false;
            }
        }
    }

    /** Nothing is tried again from now on. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void stalls(StoreException e) {
        boolean first;
        synchronized (this) {
            first = !stalled && !ended;
            stalled = true;
        }
        if (first) {
            listener.stalled(e.fault().failure());
        }
    }

    private void goesOn() {
        boolean was;
        synchronized (this) {
            was = stalled;
            stalled = false;
        }
        if (was) {
            listener.resumed();
        }
    }

    /** Between half and the whole of it, so that many streams do not come back at once. False when it is over. */
    private synchronized boolean pause(Duration longest) {
        long nanos = longest.toNanos();
        long deadline =
                System.nanoTime() + nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2);
        try {
            while (!ended && System.nanoTime() - deadline < 0) {
                wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !ended;
    }
}
