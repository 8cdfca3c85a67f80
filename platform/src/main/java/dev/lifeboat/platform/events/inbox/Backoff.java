package dev.lifeboat.platform.events.inbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double up to the longest, with a little chance so that instances do not come back together. */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(100);

    private final Duration longest;
    private Duration next = FIRST;

    Backoff(Duration longest) {
        this.longest = longest;
    }

    void pause() throws InterruptedException {
        long millis = Math.min(next.toMillis(), longest.toMillis());
        Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
        next = next.multipliedBy(2).compareTo(longest) < 0 ? next.multipliedBy(2) : longest;
    }
}
