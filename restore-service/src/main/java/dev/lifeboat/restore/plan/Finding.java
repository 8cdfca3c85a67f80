package dev.lifeboat.restore.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.Failure;

/**
 * Something that preflight noticed.
 *
 * @param code stable, e.g. {@code plan.extension-missing}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Finding(Level level, String code, String message, String expected, String found, String hint) {

    /** What it means for the recovery. */
    public enum Level {
        /** It cannot be carried out on this host. */
        @JsonProperty("stop")
        STOP,
        /** It can, and somebody should know. */
        @JsonProperty("warn")
        WARN
    }

    /** As the cause of a recovery that was not carried out. */
    public Failure toFailure() {
        return new Failure(code, message, expected, found, hint);
    }
}
