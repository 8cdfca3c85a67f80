package dev.lifeboat.platform.events;

import dev.lifeboat.schemas.event.EventData;
import java.util.UUID;

/**
 * What shall be said. The envelope's id, source, time and correlation are added by the {@link Outbox}.
 *
 * @param key of the Kafka record, see {@link dev.lifeboat.schemas.event.Keys}
 * @param subject the aggregate, e.g. {@code backup/0193…}
 * @param clusterId identity of the declared cluster; null where there is none
 * @param version of the aggregate after the change, taken under its row lock
 * @param data what happened
 */
public record Publication(String key, String subject, UUID clusterId, long version, EventData data) {}
