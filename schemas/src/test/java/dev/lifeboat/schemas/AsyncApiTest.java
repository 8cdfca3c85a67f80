package dev.lifeboat.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Topic;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code asyncapi.yaml} describes exactly the topics and events that the code speaks. */
class AsyncApiTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static JsonNode api;

    @BeforeAll
    static void read() throws IOException {
        api = new ObjectMapper(new YAMLFactory())
                .readTree(RESOURCES.resolve("asyncapi.yaml").toFile());
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void topic_is_a_channel_with_its_owner_and_its_events(Topic topic) {
        JsonNode channel = api.at("/channels/" + topic.topicName().substring("lifeboat.".length()));

        assertThat(channel.path("address").asText()).isEqualTo(topic.topicName());
        assertThat(channel.path("x-written-by").asText())
                .isEqualTo(Objects.requireNonNullElse(topic.owner(), "any service"));
        Set<String> spoken = new TreeSet<>(Stream.of(EventType.values())
                .filter(type -> type.topic() == topic)
                .map(type -> type.typeName().substring("dev.lifeboat.".length()))
                .toList());
        assertThat(names(channel.path("messages")))
                .isEqualTo(topic == Topic.DEAD_LETTERS ? Set.of("dead-letter") : spoken);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void event_is_a_message_with_its_schema(EventType type) {
        JsonNode message = api.at("/components/messages").path(type.typeName().substring("dev.lifeboat.".length()));

        assertThat(message.path("name").asText()).isEqualTo(type.typeName());
        JsonNode own = message.at("/payload/allOf/1/properties");
        assertThat(own.at("/type/const").asText()).isEqualTo(type.typeName());
        String reference = own.at("/data/$ref").asText();
        assertThat(reference).isEqualTo("schemas/" + type.schemaFile());
        assertThat(Files.exists(RESOURCES.resolve(reference))).isTrue();
    }

    @Test
    void there_is_no_channel_or_message_that_nobody_speaks() {
        assertThat(names(api.path("channels"))).hasSize(Topic.values().length);
        assertThat(names(api.at("/components/messages"))).hasSize(EventType.values().length + 1);
    }

    @Test
    void envelope_has_the_fields_of_the_record() {
        List<String> components = Arrays.stream(CloudEvent.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();

        assertThat(names(api.at("/components/schemas/envelope/properties"))).isEqualTo(new TreeSet<>(components));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        for (Iterator<String> fields = object.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
        return names;
    }
}
