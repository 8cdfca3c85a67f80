package dev.lifeboat.platform.events.inbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;

/**
 * A dead letter as it is shown.
 *
 * @param consumer that failed on it; absent where nobody could read it
 * @param code stable
 * @param key of the record; absent where it had none
 * @param state {@code open}, {@code replayed} or {@code dismissed}
 * @param event the bytes, base64; only where one is asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@SuppressWarnings("ArrayRecordComponent") // bytes are passed through, never compared
public record DeadLetter(
        UUID id,
        String consumer,
        String code,
        String reason,
        String type,
        String source,
        UUID eventId,
        String topic,
        int partition,
        long offset,
        String key,
        Instant recordedAt,
        String state,
        Instant closedAt,
        String closedBy,
        String closingReason,
        byte[] event) {}
