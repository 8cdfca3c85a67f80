package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.EventData;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The life of a backup. Every run that was due or asked for ends in completed, failed or skipped. */
public sealed interface BackupEvent extends EventData {

    /** Identity of the run. */
    UUID backupId();

    /** Name of the cluster. */
    String cluster();

    /** Somebody or a schedule wants a backup; {@code policy} and {@code dueAt} are set when a schedule does. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BackupRequested(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            String type,
            String policy,
            Instant dueAt,
            @JsonProperty(required = true) Instant requestedAt,
            @JsonProperty(required = true) String requestedBy)
            implements BackupEvent {}

    /** Work began, for the {@code attempt}th time. */
    record BackupStarted(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            int attempt,
            @JsonProperty(required = true) Instant startedAt)
            implements BackupEvent {}

    /**
     * The manifest is checked and stored and the object store has confirmed every byte.
     *
     * @param label name that the tool gave to it (pgbackrest), else null
     * @param priorLabels for a differential or incremental: what it depends on, oldest first
     * @param databases that it holds (dump)
     * @param snapshotAt the moment that a dump shows
     * @param startLsn first WAL needed (pgbackrest)
     * @param stopLsn WAL up to here makes it consistent (pgbackrest)
     * @param omissions what the tool said that it left out; not empty means "completed with omissions"
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BackupCompleted(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            String type,
            String label,
            List<String> priorLabels,
            @JsonProperty(required = true) String repository,
            String policy,
            Instant dueAt,
            @JsonProperty(required = true) Instant requestedAt,
            @JsonProperty(required = true) Instant startedAt,
            @JsonProperty(required = true) Instant completedAt,
            Long databaseBytes,
            Long storedBytes,
            List<String> databases,
            Instant snapshotAt,
            String startLsn,
            String stopLsn,
            Integer timeline,
            String systemIdentifier,
            @JsonProperty(required = true) ObjectRef manifest,
            @JsonProperty(required = true) ObjectRef inventory,
            List<String> omissions,
            @JsonProperty(required = true) String requestedBy)
            implements BackupEvent {}

    /** The backup will not come. Nothing of it counts. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BackupFailed(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            String type,
            String policy,
            Instant dueAt,
            @JsonProperty(required = true) Instant requestedAt,
            Instant startedAt,
            @JsonProperty(required = true) Instant failedAt,
            @JsonProperty(required = true) Failure failure,
            @JsonProperty(required = true) String requestedBy)
            implements BackupEvent {}

    /** A run was due and was left out, e.g. because the one before is still running. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record BackupSkipped(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            @JsonProperty(required = true) String policy,
            @JsonProperty(required = true) Instant dueAt,
            @JsonProperty(required = true) Instant skippedAt,
            @JsonProperty(required = true) String reason)
            implements BackupEvent {}

    /** Retention removed it; {@code reason} explains which rule let it go. */
    record BackupExpired(
            @JsonProperty(required = true) UUID backupId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String method,
            @JsonProperty(required = true) String repository,
            @JsonProperty(required = true) Instant expiredAt,
            @JsonProperty(required = true) String reason)
            implements BackupEvent {}
}
