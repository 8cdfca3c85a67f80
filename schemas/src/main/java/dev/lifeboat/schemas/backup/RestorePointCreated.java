package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.event.EventData;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A named moment can be recovered to: the WAL that holds it is in the store.
 *
 * @param name unique in the cluster, for good
 * @param lsn behind its record
 * @param createdAt by the server's clock
 * @param durableAt when the store was seen to have it
 * @param repositories that had it by then
 */
public record RestorePointCreated(
        @JsonProperty(required = true) UUID restorePointId,
        @JsonProperty(required = true) String cluster,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String lsn,
        int timeline,
        @JsonProperty(required = true) Instant createdAt,
        @JsonProperty(required = true) Instant durableAt,
        @JsonProperty(required = true) List<String> repositories,
        @JsonProperty(required = true) String requestedBy)
        implements EventData {}
