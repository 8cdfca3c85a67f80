package dev.lifeboat.platform.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** What each service has of events that it could not take. */
@ApplicationScoped
class EventGauges {

    @Produces
    @Singleton
    RowGauge deadLetters() {
        return new RowGauge(
                "lifeboat.dead.letters",
                "Events that could not be taken and wait for somebody to look",
                null,
                List.of("code"),
                "select code, count(*) as value from dead_letter where closed_at is null group by code");
    }

    @Produces
    @Singleton
    RowGauge parked() {
        return new RowGauge(
                "lifeboat.events.parked",
                "Events that wait for one that must come first",
                null,
                List.of("consumer"),
                "select consumer, count(*) as value from parked_event group by consumer");
    }
}
