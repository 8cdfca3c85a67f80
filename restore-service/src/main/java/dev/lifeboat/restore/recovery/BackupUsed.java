package dev.lifeboat.restore.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The backup that a recovery reads, as it was chosen.
 *
 * @param aim what it shall reach; null for what simply restores the backup
 */
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
        ObjectRef inventory,
        Aim aim) {

    /** The same, to reach this with it. */
    public BackupUsed aimedAt(Aim at) {
        return new BackupUsed(
                backupId,
                method,
                repository,
                label,
                priorLabels,
                completedAt,
                snapshotAt,
                databaseBytes,
                storedBytes,
                manifest,
                inventory,
                at);
    }
}
