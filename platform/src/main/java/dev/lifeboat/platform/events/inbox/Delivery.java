package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.schemas.event.CloudEvent;
import org.jdbi.v3.core.Handle;

/** Hands an event to a consumer, as part of the story that the event belongs to. */
final class Delivery {
    private Delivery() {}

    static void of(Step.Take take, Handle transaction) {
        CloudEvent<?> event = take.received().event();
        Correlation before = Correlation.current().orElse(null);
        Correlation.bind(new Correlation(
                event.correlationid() == null ? event.id().toString() : event.correlationid(),
                event.id().toString(),
                event.actor(),
                event.traceparent()));
        try {
            take.consumer().on(take.received(), transaction);
        } finally {
            Correlation.bind(before);
        }
    }
}
