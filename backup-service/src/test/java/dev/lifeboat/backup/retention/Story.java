package dev.lifeboat.backup.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.events.EventJson;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.schemas.verification.VerificationEvent.VerdictRecorded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the other services say about restores of a cluster, over the real broker and as their principals. */
record Story(String cluster) {

    /** A drill of a backup, from its end to its verdict. */
    void restored(String backupId, Verdict verdict) {
        UUID recovery = UUID.randomUUID();
        ended(recovery, backupId);
        judged(recovery, verdict);
    }

    void ended(UUID recovery, String backupId) {
        Instant now = Instant.now();
        say(
                "restore-service",
                "recovery/" + recovery,
                new RecoveryEnded(
                        recovery,
                        cluster,
                        "restore-test",
                        "dump",
                        1,
                        "completed",
                        null,
                        UUID.fromString(backupId),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        now,
                        "principal/test",
                        now,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    void judged(UUID recovery, Verdict verdict) {
        say(
                "verifier",
                "recovery/" + recovery,
                new VerdictRecorded(
                        recovery,
                        "drill",
                        1,
                        cluster,
                        "completed",
                        verdict,
                        null,
                        1,
                        "0".repeat(64),
                        Instant.now(),
                        List.of()));
    }

    /** Something about the cluster that violates its schema. */
    void unreadable() {
        send("verifier", EventType.VERDICT_RECORDED, "{\"specversion\":".getBytes(StandardCharsets.UTF_8));
    }

    private void say(String service, String subject, EventData data) {
        EventType type = EventType.of(data);
        CloudEvent<EventData> event = new CloudEvent<>(
                CloudEvent.SPEC_VERSION,
                UUID.randomUUID(),
                "/" + service,
                type.typeName(),
                subject,
                Instant.now(),
                CloudEvent.JSON,
                type.dataSchema(),
                null,
                9L,
                "story",
                null,
                "principal/test",
                null,
                data);
        try {
            send(service, type, EventJson.mapper().writeValueAsBytes(event));
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private void send(String service, EventType type, byte[] value) {
        Map<String, Object> settings = new HashMap<>(LocalParts.shared().kafka().clientSettings(service));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>(type.topic().topicName(), Keys.cluster(cluster), value));
            producer.flush();
        }
    }
}
