package dev.lifeboat.platform.time;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The system's clock and the ids that are minted by it; a test replaces either by producing its own. */
@Dependent
final class Clocks {

    @Produces
    @Singleton
    @DefaultBean
    InstantSource systemClock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    @DefaultBean
    Ids ids(InstantSource clock) {
        return new Ids(clock);
    }
}
