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
        } catch (LinkageError | AssertionError | StackOverflowError e) {
            // As much the consumer's mistake as an exception is; the thread is none the worse for it.
            throw new IllegalStateException(e.toString(), e);
        } finally {
            Correlation.bind(before);
        }
    }
}
