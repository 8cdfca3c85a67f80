package dev.lifeboat.verifier.ledger.evidence;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Statements as JSON. The same statement always gives the same bytes: properties in a fixed order, maps sorted by key, no
 * number with a fraction, moments in UTC (RFC 3339) and durations (ISO 8601) cut to microseconds, which is what PostgreSQL
 * keeps. It is done once, before signing; what was signed is kept as it is and only ever read.
 */
public final class StatementJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(values())
            .build();

    private StatementJson() {}

    /** The bytes to be signed. */
    public static byte[] encode(Statement statement) {
        try {
            return MAPPER.writeValueAsBytes(statement);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a statement is made of plain records", e);
        }
    }

    /**
     * A statement from the bytes that were signed. Fields that this version does not know are left out.
     *
     * @throws IllegalArgumentException when they are no such statement
     */
    public static Statement decode(byte[] payload) {
        return read(payload, Statement.class);
    }

    /**
     * Only the place in the ledger, so that an entry can be verified although a newer version wrote facts into it that this
     * one does not know.
     *
     * @throws IllegalArgumentException when the bytes are no in-toto Statement v1 with a place in a ledger
     */
    public static Statement.Entry decodePlace(byte[] payload) {
        Place place = read(payload, Place.class);
        if (!Statement.TYPE.equals(place.type)) {
            throw new IllegalArgumentException("not an in-toto Statement v1 but " + place.type);
        }
        Statement.Entry entry = place.predicate == null ? null : place.predicate.entry;
        if (entry == null || entry.origin() == null || entry.prevHash() == null || entry.runKey() == null) {
            throw new IllegalArgumentException("the statement does not say where in the ledger it belongs");
        }
        return entry;
    }

    private static <T> T read(byte[] payload, Class<T> type) {
        try {
            T value = MAPPER.readValue(payload, type);
            if (value == null) {
                throw new IllegalArgumentException("the statement is null");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException("not a readable statement: " + firstLine(e), e);
        }
    }

    private static String firstLine(IOException e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    }

    private record Place(@JsonProperty("_type") String type, PlacePredicate predicate) {}

    private record PlacePredicate(Statement.Entry entry) {}

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule();
        module.addSerializer(Instant.class, new JsonSerializer<>() {
            @Override
            public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(value.truncatedTo(ChronoUnit.MICROS).toString());
            }
        });
        module.addSerializer(Duration.class, new JsonSerializer<>() {
            @Override
            public void serialize(Duration value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(value.truncatedTo(ChronoUnit.MICROS).toString());
            }
        });
        // A reason may quote what a tool said; half a surrogate pair in it must not keep a run from being recorded.
        module.addSerializer(String.class, new JsonSerializer<>() {
            @Override
            public void serialize(String value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
            }
        });
        module.addDeserializer(Instant.class, new JsonDeserializer<>() {
            @Override
            public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
                String text = in.getText();
                try {
                    return Instant.parse(text);
                } catch (DateTimeException e) {
                    return (Instant) context.handleWeirdStringValue(Instant.class, text, "not an RFC 3339 moment");
                }
            }
        });
        module.addDeserializer(Duration.class, new JsonDeserializer<>() {
            @Override
            public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
                String text = in.getText();
                try {
                    return Duration.parse(text);
                } catch (DateTimeException e) {
                    return (Duration) context.handleWeirdStringValue(Duration.class, text, "not an ISO 8601 duration");
                }
            }
        });
        return module;
    }
}
