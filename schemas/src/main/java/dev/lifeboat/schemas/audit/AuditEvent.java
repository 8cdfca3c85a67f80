package dev.lifeboat.schemas.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.event.EventData;
import java.time.Instant;

/** Who changed, approved or looked at what. Never compacted. */
public sealed interface AuditEvent extends EventData {

    /**
     * An action of a principal.
     *
     * @param action stable, e.g. {@code cluster.declared}, {@code sandbox.credentials-read}
     * @param object what it was done to, e.g. {@code cluster/shop}
     * @param oldDigest sha256 of the state before; optional
     * @param newDigest sha256 of the state after; optional
     * @param outcome {@code done} or {@code refused}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ActionRecorded(
            @JsonProperty(required = true) String principal,
            @JsonProperty(required = true) String action,
            @JsonProperty(required = true) String object,
            String oldDigest,
            String newDigest,
            @JsonProperty(required = true) String outcome,
            String reason,
            @JsonProperty(required = true) Instant at)
            implements AuditEvent {}
}
