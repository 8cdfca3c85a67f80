package dev.lifeboat.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.local.KafkaTopics;
import dev.lifeboat.system.stack.LedgerBook;
import dev.lifeboat.system.stack.Run;
import dev.lifeboat.system.stack.Source;
import dev.lifeboat.system.stack.SystemStack;
import dev.lifeboat.system.stack.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What should not be on Kafka, and what is there twice: refused, put aside and shown, or without effect. */
@Order(50)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignEventsIT {
    private static final String RECOVERIES = "lifeboat.recoveries";
    private static final String VERIFICATIONS = "lifeboat.verifications";

    private final SystemStack stack = SystemStack.shared();
    private final Topics topics = new Topics(stack);
    private final LedgerBook ledger = new LedgerBook(stack);
    private Source source;
    private Run backup;
    private Run drill;

    @BeforeAll
    void aDrillThatHasEnded() {
        source = Source.named(stack, "foreign").withOrders(500).declare();
        backup = Run.backup(stack.operator(), source.cluster(), "dumps");
        backup.awaitEnd();
        drill = Run.drill(stack.operator(), source.cluster(), backup);
        drill.awaitEnd();
    }

    @Test
    @Order(1)
    void onlyTheOwnerMayWriteATopic() {
        for (KafkaTopics.Topic topic : KafkaTopics.ALL) {
            for (String principal : KafkaTopics.SERVICES) {
                if (!topic.writers().contains(principal)) {
                    assertThatThrownBy(() -> topics.write(
                                    principal, new ProducerRecord<>(topic.name(), "cluster/foreign", new byte[] {'{'})))
                            .as("%s writes %s", principal, topic.name())
                            .hasCauseInstanceOf(TopicAuthorizationException.class);
                }
            }
        }
    }

    @Test
    @Order(2)
    void anEventWithAForgedSourceIsPutAside() throws Exception {
        // Given the news of how a drill ended, made up by somebody who may write everything
        ConsumerRecord<String, byte[]> original = ended();
        UUID forgedId = UUID.randomUUID();
        ObjectNode forged = ((ObjectNode) Topics.event(original)).put("source", "/backup-service");
        forged.put("id", forgedId.toString());
        ((ObjectNode) forged.path("data")).put("recoveryId", forgedId.toString());
        long entries = ledger.size();

        // When it is written
        RecordMetadata written = write(RECOVERIES, original.partition(), original.key(), forged.toString());

        // Then it is shown with the reason, and is no evidence of anything
        JsonNode letter = deadLetter("verifier", written);
        assertThat(letter.path("code").asText()).isEqualTo("event.forged-source");
        assertThat(letter.path("reason").asText()).contains("/restore-service", "/backup-service");
        assertThat(letter.path("eventId").asText()).isEqualTo(forgedId.toString());
        assertThat(ledger.size()).isEqualTo(entries);
        assertThat(ledger.entriesOf("drill/" + forgedId)).isEmpty();
        await("the dead letter's own topic").until(() -> topics.records("lifeboat.dead-letters").stream()
                .anyMatch(record -> record.headers().lastHeader("dead-letter-id") != null
                        && new String(
                                        record.headers()
                                                .lastHeader("dead-letter-id")
                                                .value(),
                                        UTF_8)
                                .equals(letter.path("id").asText())));
    }

    @Test
    @Order(3)
    void poisonAndUnknownTypesHoldUpNobody() throws Exception {
        // Given a type that a later version may know, and bytes that nobody can read
        ConsumerRecord<String, byte[]> original = ended();
        ObjectNode unknown = ((ObjectNode) Topics.event(original)).put("type", "dev.lifeboat.recovery.dreamt.v1");
        unknown.put("id", UUID.randomUUID().toString());

        // When they are written before the events of a drill
        RecordMetadata kept = write(RECOVERIES, original.partition(), original.key(), unknown.toString());
        RecordMetadata poison = write(RECOVERIES, original.partition(), original.key(), "{\"specversion\": oops");
        JsonNode after = Run.drill(stack.operator(), source.cluster(), backup).awaitEnd();

        // Then the drill is as any other, the poison is shown, and the unknown type is none
        assertThat(after.path("verdict").asText()).as(after.toPrettyString()).isEqualTo("passed");
        assertThat(deadLetter("verifier", poison).path("code").asText()).isEqualTo("event.not-json");
        assertThat(deadLetters("verifier"))
                .noneMatch(letter -> letter.path("offset").asLong() == kept.offset()
                        && letter.path("partition").asInt() == kept.partition());
    }

    @Test
    @Order(4)
    void whatIsSaidAgainChangesNothing() throws Exception {
        // Given all that was said about a drill that has ended
        JsonNode before = drill.now();
        long entries = ledger.size();
        List<RecordMetadata> markers = new ArrayList<>();
        for (String topic : List.of(RECOVERIES, VERIFICATIONS)) {
            List<ConsumerRecord<String, byte[]>> said = topics.about(topic, source.cluster()).stream()
                    .filter(record -> new String(record.value(), UTF_8).contains(drill.id()))
                    .toList();
            assertThat(said).hasSizeGreaterThanOrEqualTo(2);

            // When it is said again, the last first
            for (ConsumerRecord<String, byte[]> record : said.reversed()) {
                topics.write(
                        KafkaTopics.ADMIN,
                        new ProducerRecord<>(topic, record.partition(), record.key(), record.value()));
            }
            markers.add(write(topic, said.getFirst().partition(), "cluster/behind", "behind all of it"));
        }
        // (What was written behind it is shown: so it was taken.)
        deadLetter("verifier", markers.getFirst());
        deadLetter("restore", markers.getLast());

        // Then nothing is different
        assertThat(drill.now()).isEqualTo(before);
        assertThat(ledger.size()).isEqualTo(entries);
        assertThat(ledger.entriesOf("drill/" + drill.id())).hasSize(1);
    }

    /** The news of how the drill ended. */
    private ConsumerRecord<String, byte[]> ended() {
        return topics.about(RECOVERIES, source.cluster()).stream()
                .filter(record -> Topics.event(record).path("type").asText().equals("dev.lifeboat.recovery.ended.v1")
                        && Topics.event(record).at("/data/recoveryId").asText().equals(drill.id()))
                .findFirst()
                .orElseThrow();
    }

    private RecordMetadata write(String topic, int partition, String key, String value) throws ExecutionException {
        return topics.write(KafkaTopics.ADMIN, new ProducerRecord<>(topic, partition, key, value.getBytes(UTF_8)));
    }

    private JsonNode deadLetter(String service, RecordMetadata where) {
        return await("dead letter of " + where)
                .until(
                        () -> deadLetters(service).stream()
                                .filter(letter -> letter.path("topic").asText().equals(where.topic())
                                        && letter.path("partition").asInt() == where.partition()
                                        && letter.path("offset").asLong() == where.offset())
                                .findFirst(),
                        java.util.Optional::isPresent)
                .orElseThrow();
    }

    private List<JsonNode> deadLetters(String service) {
        List<JsonNode> letters = new ArrayList<>();
        stack.operator()
                .get(service, "/api/v1/dead-letters?limit=100")
                .expect(200)
                .body()
                .path("items")
                .forEach(letters::add);
        return letters;
    }
}
