package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.schemas.event.EventType;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The event consumers of this service. */
@ApplicationScoped
class Consumers {
    private final List<EventConsumer> all;

    Consumers(@All List<EventConsumer> all) {
        Set<String> names = new HashSet<>();
        for (EventConsumer consumer : all) {
            if (!names.add(consumer.name())) {
                throw new IllegalStateException("two event consumers are named " + consumer.name());
            }
        }
        this.all = List.copyOf(all);
    }

    /** Those that take the type. */
    Stream<EventConsumer> of(EventType type) {
        return all.stream().filter(consumer -> consumer.types().contains(type));
    }

    /** Those that take anything from the topic. */
    Stream<EventConsumer> onTopic(String topicName) {
        return all.stream().filter(consumer -> consumer.types().stream()
                .anyMatch(type -> type.topic().topicName().equals(topicName)));
    }

    /** The one of that name. */
    Optional<EventConsumer> named(String name) {
        return all.stream().filter(consumer -> consumer.name().equals(name)).findFirst();
    }
}
