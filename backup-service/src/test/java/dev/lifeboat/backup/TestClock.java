package dev.lifeboat.backup;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** The clock of the service under test: the system's, unless a test stops it somewhere, or lets it go on from there. */
@Singleton
public class TestClock implements InstantSource {
    private volatile InstantSource source = InstantSource.system();

    @Override
    public Instant instant() {
        return source.instant();
    }

    /** Stops at this moment. */
    public void stopAt(Instant moment) {
        source = InstantSource.fixed(moment);
    }

    /** Goes on from where it is. */
    public void go() {
        source = InstantSource.offset(InstantSource.system(), Duration.between(Instant.now(), instant()));
    }

    /** Shows the system's time again. */
    public void reset() {
        source = Clock.system(ZoneOffset.UTC);
    }
}
