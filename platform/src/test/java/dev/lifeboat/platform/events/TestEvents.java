package dev.lifeboat.platform.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lifeboat.schemas.backup.BackupEvent;
import dev.lifeboat.schemas.event.CloudEvent;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.EventType;
import dev.lifeboat.schemas.fleet.FleetEvent;
import java.time.Instant;
import java.util.UUID;

/** Events as another service would say them, and as it should not. */
public record TestEvents(ObjectNode json) {

    /** A backup of the cluster began. */
    public static TestEvents started(String cluster, UUID backup, long version) {
        return of(
                "backup/" + backup, version, new BackupEvent.BackupStarted(backup, cluster, "dump", 1, Instant.EPOCH));
    }

    /** A cluster was removed; the test's consumer takes it as "is known". */
    public static TestEvents clusterRemoved(String name) {
        return of("cluster/" + name, 1, new FleetEvent.ClusterRemoved(UUID.randomUUID(), name));
    }

    private static TestEvents of(String subject, long version, EventData data) {
        EventType type = EventType.of(data);
        return new TestEvents(EventJson.mapper()
                .valueToTree(new CloudEvent<>(
                        CloudEvent.SPEC_VERSION,
                        UUID.randomUUID(),
                        "/backup-service",
                        type.typeName(),
                        subject,
                        Instant.EPOCH,
                        CloudEvent.JSON,
                        type.dataSchema(),
                        null,
                        version,
                        "story",
                        null,
                        "principal/test",
                        null,
                        data)));
    }

    /** Without a field of its data. */
    public TestEvents without(String field) {
        ((ObjectNode) json.get("data")).remove(field);
        return this;
    }

    /** With another source. */
    public TestEvents from(String source) {
        json.put("source", source);
        return this;
    }

    /** Of another type. */
    public TestEvents typed(String type) {
        json.put("type", type);
        return this;
    }

    /** As sent. */
    public byte[] bytes() {
        try {
            return EventJson.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
