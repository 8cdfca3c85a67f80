package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.schemas.event.EventType;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.stream.Stream;

/** From records to what is to be done about them. */
@ApplicationScoped
class Steps {
    private final Consumers consumers;

    Steps(Consumers consumers) {
        this.consumers = consumers;
    }

    /** In the order of the record's consumers; none for what nobody here takes. */
    Stream<Step> of(Origin origin) {
        return switch (EventDecoder.decode(origin)) {
            case Decoded.Known known ->
                EventType.named(known.received().event().type()).stream()
                        .flatMap(consumers::of)
                        .map(consumer -> new Step.Take(origin, known.received(), consumer));
            case Decoded.Unknown unknown -> Stream.of(new Step.Keep(origin, unknown.type()));
            case Decoded.Refused refused -> Stream.of(new Step.PutAside(origin, refused));
            case Decoded.Tombstone tombstone -> Stream.empty();
        };
    }
}
