package dev.lifeboat.platform.events.outbox;

import java.util.Map;
import java.util.UUID;

/**
 * A record that shall reach Kafka.
 *
 * @param topic name on the broker
 * @param key of the record
 * @param subject the aggregate that it is about
 * @param eventId identity of the event
 * @param headers of the record
 * @param event its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are passed through, never compared
public record OutboxRow(
        String topic, String key, String subject, UUID eventId, Map<String, String> headers, byte[] event) {
    /** A row as it stands in the table, at its position. */
    record Stored(long position, OutboxRow row) {}
}
