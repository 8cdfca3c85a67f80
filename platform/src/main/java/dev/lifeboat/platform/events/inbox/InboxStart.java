package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventSettings;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;

/** What the inbox does besides what comes from Kafka; first of all, what was kept. */
@ApplicationScoped
class InboxStart {
    private static final Duration CLEAN_EVERY = Duration.ofMinutes(1);

    private final InboxThread thread;
    private final UnknownReplay replay;
    private final ParkedRetry parked;
    private final InboxRetention retention;
    private final ReadPositions positions;
    private final EventSettings settings;

    InboxStart(
            InboxThread thread,
            UnknownReplay replay,
            ParkedRetry parked,
            InboxRetention retention,
            ReadPositions positions,
            EventSettings settings) {
        this.thread = thread;
        this.replay = replay;
        this.parked = parked;
        this.retention = retention;
        this.positions = positions;
        this.settings = settings;
    }

    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        thread.untilDone(replay::run);
        thread.every(settings.parkedRetry(), parked::pass);
        thread.every(settings.parkedRetry(), positions::write);
        thread.every(CLEAN_EVERY, retention::run);
    }
}
