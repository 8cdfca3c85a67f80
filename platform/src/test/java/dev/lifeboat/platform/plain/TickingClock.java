package dev.lifeboat.platform.plain;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The system's clock, set forward by tests. */
public final class TickingClock implements InstantSource {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead.get());
    }

    /** Lets that much time pass. */
    public void tick(Duration time) {
        ahead.updateAndGet(before -> before.plus(time));
    }
}
