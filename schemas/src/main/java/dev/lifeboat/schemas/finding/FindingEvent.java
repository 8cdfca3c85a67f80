package dev.lifeboat.schemas.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.event.EventData;
import java.time.Instant;
import java.util.UUID;

/** What somebody should look at: raised once, changed while it lasts, closed when it is over. */
public sealed interface FindingEvent extends EventData {

    /**
     * Something needs attention.
     *
     * @param code stable, e.g. {@code backup.run-missed}, {@code repository.no-read-credentials}
     * @param severity {@code info}, {@code warning} or {@code critical}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingRaised(
            @JsonProperty(required = true) UUID findingId,
            @JsonProperty(required = true) String code,
            @JsonProperty(required = true) String severity,
            String cluster,
            String repository,
            String policy,
            Instant dueAt,
            @JsonProperty(required = true) Instant raisedAt,
            @JsonProperty(required = true) String message,
            String hint)
            implements FindingEvent {}

    /** It is still there and looks different. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingChanged(
            @JsonProperty(required = true) UUID findingId,
            @JsonProperty(required = true) String code,
            @JsonProperty(required = true) String severity,
            String cluster,
            @JsonProperty(required = true) Instant changedAt,
            @JsonProperty(required = true) String message)
            implements FindingEvent {}

    /** It is over. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingClosed(
            @JsonProperty(required = true) UUID findingId,
            @JsonProperty(required = true) String code,
            String cluster,
            @JsonProperty(required = true) Instant closedAt,
            @JsonProperty(required = true) String reason)
            implements FindingEvent {}
}
