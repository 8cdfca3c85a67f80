package dev.lifeboat.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The moment that a recovery shall reach.
 *
 * @param type {@code latest}, {@code time}, {@code lsn}, {@code xid}, {@code name} or {@code random}
 * @param value for all but {@code latest} and {@code random}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Target(@JsonProperty(required = true) String type, String value) {

    /** The newest moment that the backup can reach. */
    public static Target latest() {
        return new Target("latest", null);
    }
}
