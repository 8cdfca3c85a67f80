package dev.lifeboat.schemas;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;

/**
 * How far a server's clock was from that of the service that asked it: moments of the one are compared with moments of the
 * other.
 *
 * @param offset the server's clock minus the service's
 * @param uncertainty half of the exchange's duration: the true offset differs from {@code offset} by no more
 * @param measuredAt by the service's clock
 */
public record ClockOffset(
        @JsonProperty(required = true) Duration offset,
        @JsonProperty(required = true) Duration uncertainty,
        @JsonProperty(required = true) Instant measuredAt) {

    /**
     * What one exchange shows: the server read its clock somewhere between question and answer, as likely before as after
     * the middle.
     *
     * @param asked by the service's clock
     * @param told by the server's clock
     * @param answered by the service's clock
     */
    public static ClockOffset of(Instant asked, Instant told, Instant answered) {
        Duration half = Duration.between(asked, answered).dividedBy(2);
        return new ClockOffset(Duration.between(asked.plus(half), told), half, answered);
    }
}
