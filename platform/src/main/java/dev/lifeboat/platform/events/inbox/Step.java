package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.platform.events.Received;
import java.util.UUID;

/** One thing to be done about one record; a record with several consumers is several steps. */
sealed interface Step {

    /** The record that it is about. */
    Origin origin();

    /** A consumer takes an event. */
    record Take(Origin origin, Received received, EventConsumer consumer) implements Step {
        /** What the inbox remembers. */
        Claim claim() {
            return new Claim(
                    consumer.name(), received.event().source(), received.event().id());
        }

        /** What stays in order while something of it waits. */
        Line line() {
            return new Line(consumer.name(), received.event().subject());
        }
    }

    /** A type that is not known yet is kept. */
    record Keep(Origin origin, String type) implements Step {}

    /** What cannot be taken is put aside. */
    record PutAside(Origin origin, Decoded.Refused refused) implements Step {}

    /** Identity of an event for a consumer. */
    record Claim(String consumer, String source, UUID eventId) {}

    /** An aggregate as a consumer sees it. */
    record Line(String consumer, String subject) {}
}
