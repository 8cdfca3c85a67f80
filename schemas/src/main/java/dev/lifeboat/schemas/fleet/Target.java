package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The moment that a recovery shall reach.
 *
 * @param type {@code latest}, {@code time}, {@code lsn}, {@code xid}, {@code name} or {@code random}
 * @param value for all but {@code latest} and {@code random}: a moment with its offset (RFC 3339), a position in the WAL, a
 *     transaction's number, a restore point's name. Of a {@code random} one that was drawn: the moment
 * @param inclusive whether what lies exactly there is recovered, too; absent means yes. Not for {@code latest} and
 *     {@code name}
 * @param timeline to follow; absent means that the plan chooses
 * @param seed that a {@code random} moment is drawn with: the same one in the same window gives the same moment
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Target(
        @JsonProperty(required = true) String type, String value, Boolean inclusive, Integer timeline, Long seed) {

    /** The newest moment that the backup can reach. */
    public static Target latest() {
        return of("latest", null);
    }

    /** A target about which nothing else is said. */
    public static Target of(String type, String value) {
        return new Target(type, value, null, null, null);
    }
}
