package dev.lifeboat.platform.events.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.platform.events.TestEvents;
import dev.lifeboat.schemas.backup.BackupEvent;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventDecoderTest {
    private static final UUID BACKUP = UUID.randomUUID();

    @Test
    void aGoodEventIsReadWithItsEnvelope() {
        Decoded decoded = decode("lifeboat.backups", "cluster/shop", bytes(json -> {}));

        assertThat(decoded).isInstanceOfSatisfying(Decoded.Known.class, known -> {
            assertThat(known.received().key()).isEqualTo("cluster/shop");
            assertThat(known.received().event().version()).isEqualTo(1);
            assertThat(known.received().event().data())
                    .isInstanceOfSatisfying(BackupEvent.BackupStarted.class, started -> assertThat(started.backupId())
                            .isEqualTo(BACKUP));
        });
    }

    @Test
    void fieldsThatThisVersionDoesNotKnowAreIgnored() {
        byte[] newer = bytes(json -> {
            json.put("laterextension", "x");
            data(json).putObject("later").put("a", 1);
        });

        assertThat(decode("lifeboat.backups", "cluster/shop", newer)).isInstanceOf(Decoded.Known.class);
    }

    @Test
    void anUnknownTypeIsNoErrorWhateverItsDataLooksLike() {
        byte[] later = bytes(json -> {
            json.put("type", "dev.lifeboat.backup.copied.v9");
            json.putArray("data").add(1);
        });

        assertThat(decode("lifeboat.backups", null, later))
                .isEqualTo(new Decoded.Unknown("dev.lifeboat.backup.copied.v9"));
    }

    @Test
    void theEndOfAKeyIsNoEvent() {
        assertThat(decode("lifeboat.fleet", "cluster/shop", null)).isEqualTo(new Decoded.Tombstone());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("no bytes", "event.not-json", new byte[0]),
                Arguments.of("a word", "event.not-json", "hunter2".getBytes(UTF_8)),
                Arguments.of("half an event", "event.not-json", "{\"specversion\":\"1.0\",".getBytes(UTF_8)),
                Arguments.of("binary", "event.not-json", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}),
                Arguments.of("something behind it", "event.not-json", "{} {}".getBytes(UTF_8)),
                Arguments.of("a list", "event.not-json", "[]".getBytes(UTF_8)),
                Arguments.of("another version", "event.no-envelope", bytes(json -> json.put("specversion", "2.0"))),
                Arguments.of("no type", "event.no-envelope", bytes(json -> json.remove("type"))),
                Arguments.of("another's source", "event.forged-source", bytes(json -> json.put("source", "/verifier"))),
                Arguments.of("no source", "event.forged-source", bytes(json -> json.remove("source"))),
                Arguments.of(
                        "another topic's type",
                        "event.wrong-topic",
                        bytes(json -> json.put("type", "dev.lifeboat.cluster.declared.v1"))),
                Arguments.of("no id", "event.schema-violated", bytes(json -> json.remove("id"))),
                Arguments.of("an id that is none", "event.schema-violated", bytes(json -> json.put("id", "7"))),
                Arguments.of("a null id", "event.schema-violated", bytes(json -> json.putNull("id"))),
                Arguments.of("no version", "event.schema-violated", bytes(json -> json.remove("version"))),
                Arguments.of("no data", "event.schema-violated", bytes(json -> json.remove("data"))),
                Arguments.of("data of no kind", "event.schema-violated", bytes(json -> json.put("data", 1))),
                Arguments.of("a field missing", "event.schema-violated", bytes(json -> data(json)
                        .remove("cluster"))),
                Arguments.of("a field null", "event.schema-violated", bytes(json -> data(json)
                        .putNull("cluster"))),
                Arguments.of("a number null", "event.schema-violated", bytes(json -> data(json)
                        .putNull("attempt"))),
                Arguments.of("a time that is none", "event.schema-violated", bytes(json -> data(json)
                        .put("startedAt", "yesterday"))));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusals")
    void whatCannotBeTakenIsRefusedWithACodeAndItsContentStaysInside(String what, String code, byte[] event) {
        assertThat(decode("lifeboat.backups", "cluster/shop", event))
                .isInstanceOfSatisfying(Decoded.Refused.class, refused -> {
                    assertThat(refused.code()).isEqualTo(code);
                    assertThat(refused.reason()).isNotBlank().doesNotContain("hunter2");
                });
    }

    @Test
    void theReasonSaysWhere() {
        byte[] wrong = bytes(json -> data(json).put("attempt", "x"));

        assertThat(decode("lifeboat.backups", "cluster/shop", wrong))
                .isInstanceOfSatisfying(Decoded.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo("not as expected: /data/attempt"));
    }

    @Test
    void aRecordWithoutKeyBelongsToNoOrder() {
        assertThat(decode("lifeboat.backups", null, bytes(json -> {})))
                .isInstanceOfSatisfying(Decoded.Refused.class, refused -> assertThat(refused.code())
                        .isEqualTo("event.key-missing"));
    }

    private static Decoded decode(String topic, String key, byte[] event) {
        return EventDecoder.decode(new Origin(topic, 3, 7, key, event));
    }

    private static byte[] bytes(Consumer<ObjectNode> change) {
        TestEvents event = TestEvents.started("shop", BACKUP, 1);
        change.accept(event.json());
        return event.bytes();
    }

    private static ObjectNode data(ObjectNode event) {
        return (ObjectNode) event.get("data");
    }
}
