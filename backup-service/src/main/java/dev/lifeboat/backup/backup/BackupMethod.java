package dev.lifeboat.backup.backup;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.util.List;
import java.util.UUID;

/**
 * One way of taking a backup. Laws: {@link #take} returns only after the manifest is checked and stored and the object
 * store has confirmed every byte; killed anywhere and called again (with a higher epoch) it ends in the same place and
 * leaves nothing behind that counts; what it throws is told apart by {@link #explain}.
 */
public interface BackupMethod {

    /** {@code dump}, {@code physical} or {@code pgbackrest}. */
    String name();

    /** Takes the backup; long. */
    Taken take(Job job, OperationContext context) throws Exception;

    /** Retryable or failed, with a stable code. */
    Step explain(Throwable thrown, OperationContext context);

    /** Removes every object of a backup from its repository; idempotent. */
    void remove(Stored stored);

    /** What is to be done. */
    record Job(UUID backupId, DeclaredCluster cluster, DeclaredRepository repository, BackupPolicy policy) {}

    /** A backup that is to be removed. */
    record Stored(
            UUID backupId, DeclaredCluster cluster, DeclaredRepository repository, ObjectRef manifest, String label) {}

    /** What came of it; the manifest is what lies in the bucket. */
    record Taken(
            BackupManifest manifest,
            ObjectRef manifestObject,
            Long databaseBytes,
            Long storedBytes,
            List<String> omissions) {}
}
