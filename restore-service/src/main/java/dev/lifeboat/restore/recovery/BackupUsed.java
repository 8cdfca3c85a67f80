package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The backup that a recovery reads, as it was chosen. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupUsed(
        UUID backupId,
        String method,
        String repository,
        String label,
        List<String> priorLabels,
        Instant completedAt,
        Instant snapshotAt,
        Long databaseBytes,
        Long storedBytes,
        ObjectRef manifest,
        ObjectRef inventory) {}
