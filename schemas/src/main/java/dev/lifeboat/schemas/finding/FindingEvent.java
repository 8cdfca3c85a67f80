package dev.lifeboat.schemas.finding;

import com.fasterxml.jackson.annotation.JsonInclude;
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
            UUID findingId,
            String code,
            String severity,
            String cluster,
            String repository,
            String policy,
            Instant dueAt,
            Instant raisedAt,
            String message,
            String hint)
            implements FindingEvent {}

    /** It is still there and looks different. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingChanged(
            UUID findingId, String code, String severity, String cluster, Instant changedAt, String message)
            implements FindingEvent {}

    /** It is over. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FindingClosed(UUID findingId, String code, String cluster, Instant closedAt, String reason)
            implements FindingEvent {}
}
