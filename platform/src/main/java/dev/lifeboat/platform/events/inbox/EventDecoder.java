package dev.lifeboat.platform.events.inbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.platform.events.Received;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Topic;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The one place where bytes from Kafka become events: a pure function. */
final class EventDecoder {
    private static final Map<String, Topic> TOPICS =
            Arrays.stream(Topic.values()).collect(Collectors.toUnmodifiableMap(Topic::topicName, Function.identity()));

    private EventDecoder() {}

    /** Says what the record is. Never throws for what the bytes are. */
    static Decoded decode(Origin origin) {
        if (origin.event() == null) {
            return new Decoded.Tombstone();
        }
        Topic topic = TOPICS.get(origin.topic());
        if (topic == null) {
            return refused("event.topic-unknown", "no topic of ours: " + origin.topic(), null);
        }
        JsonNode envelope;
        try {
            envelope = EventJson.mapper().readTree(origin.event());
        } catch (IOException e) {
            return refused("event.not-json", "not JSON " + briefly(e), null);
        }
        if (envelope == null || !envelope.isObject()) {
            return refused("event.not-json", "not a JSON object", null);
        }
        if (!CloudEvent.SPEC_VERSION.equals(text(envelope, "specversion")) || text(envelope, "type") == null) {
            return refused("event.no-envelope", "no CloudEvent 1.0: specversion or type is missing", envelope);
        }
        if (topic.owner() != null && !("/" + topic.owner()).equals(text(envelope, "source"))) {
            return forged(topic, envelope);
        }
        String typeName = text(envelope, "type");
        Optional<EventType> type = EventType.named(typeName);
        if (type.isEmpty()) {
            return new Decoded.Unknown(typeName);
        }
        return known(origin, topic, type.get(), (ObjectNode) envelope);
    }

    private static Decoded known(Origin origin, Topic topic, EventType type, ObjectNode envelope) {
        if (type.topic() != topic) {
            return refused(
                    "event.wrong-topic",
                    type.typeName() + " belongs on " + type.topic().topicName(),
                    envelope);
        }
        if (origin.key() == null) {
            return refused("event.key-missing", "the record has no key", envelope);
        }
        CloudEvent<? extends EventData> event;
        try {
            event = EventJson.mapper()
                    .treeToValue(
                            envelope,
                            TypeFactory.defaultInstance().constructParametricType(CloudEvent.class, type.record()));
        } catch (JsonProcessingException e) {
            return refused("event.schema-violated", briefly(e), envelope);
        }
        if (event.data() == null || event.version() == null) {
            return refused(
                    "event.schema-violated", event.data() == null ? "missing /data" : "missing /version", envelope);
        }
        return RequiredFields.missing(event)
                .<Decoded>map(pointer -> refused("event.schema-violated", "missing " + pointer, envelope))
                .orElseGet(() -> new Decoded.Known(new Received(topic, origin.key(), event)));
    }

    private static Decoded forged(Topic topic, JsonNode envelope) {
        return new Decoded.Refused(
                "event.forged-source",
                "only /" + topic.owner() + " may write " + topic.topicName() + ", and this says it is from "
                        + text(envelope, "source"),
                text(envelope, "type"),
                text(envelope, "source"),
                id(envelope),
                false);
    }

    private static Decoded refused(String code, String reason, JsonNode envelope) {
        return new Decoded.Refused(
                code,
                reason,
                envelope == null ? null : text(envelope, "type"),
                envelope == null ? null : text(envelope, "source"),
                envelope == null ? null : id(envelope),
                true);
    }

    private static String text(JsonNode envelope, String field) {
        JsonNode value = envelope.get(field);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    private static UUID id(JsonNode envelope) {
        String id = text(envelope, "id");
        try {
            return id == null ? null : UUID.fromString(id);
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }

    /** Where and what kind, and not Jackson's own sentence: it quotes what it found, which may be anything. */
    private static String briefly(IOException fault) {
        return switch (fault) {
            case MismatchedInputException mismatch ->
                (mismatch.getOriginalMessage().startsWith("Missing required") ? "missing " : "not as expected: ")
                        + pointer(mismatch);
            case JsonMappingException mapping -> "not as expected: " + pointer(mapping);
            case JsonProcessingException json
            when json.getLocation() != null ->
                "at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr();
            default -> fault.getClass().getSimpleName();
        };
    }

    private static String pointer(JsonMappingException fault) {
        return fault.getPath().stream()
                .map(step -> "/" + (step.getFieldName() == null ? step.getIndex() : step.getFieldName()))
                .collect(Collectors.joining());
    }
}
