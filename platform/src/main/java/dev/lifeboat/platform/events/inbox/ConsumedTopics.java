package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.platform.events.EventConsumer;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Topic;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Tells the messaging extension which topics to consume: those of the {@link EventConsumer} beans that the service has.
 * So declaring a bean is all that a service does. Without any, the channel is switched off.
 */
public final class ConsumedTopics implements ConfigSource {
    private static final String TOPICS = "mp.messaging.incoming.events.topics";
    private static final String ENABLED = "mp.messaging.incoming.events.enabled";

    @Override
    public Set<String> getPropertyNames() {
        return Set.of(TOPICS, ENABLED);
    }

    @Override
    public Map<String, String> getProperties() {
        return Map.of();
    }

    @Override
    public String getValue(String name) {
        return switch (name) {
            case TOPICS -> namesOf(topics());
            case ENABLED -> Boolean.toString(running() == null || !topics().isEmpty());
            default -> null;
        };
    }

    @Override
    public String getName() {
        return "topics of the event consumers";
    }

    @Override
    public int getOrdinal() {
        return 110;
    }

    private static Set<Topic> topics() {
        ArcContainer container = running();
        if (container == null) {
            return Set.of();
        }
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        for (EventConsumer consumer : container.select(EventConsumer.class)) {
            consumer.types().stream().map(EventType::topic).forEach(topics::add);
        }
        return topics;
    }

    private static String namesOf(Set<Topic> topics) {
        return topics.isEmpty() ? null : topics.stream().map(Topic::topicName).collect(Collectors.joining(","));
    }

    private static ArcContainer running() {
        ArcContainer container = Arc.container();
        return container != null && container.isRunning() ? container : null;
    }
}
