package dev.lifeboat.backup.backup;

import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Where backups are asked for, by a person's request or by a schedule. */
public interface BackupRequests {

    /**
     * Wants a backup: writes its row, its event and its operation in the caller's transaction.
     *
     * @throws dev.lifeboat.platform.problem.Problem if the cluster is not declared, or what is wanted cannot be done
     */
    UUID request(Handle transaction, Wanted wanted);

    /**
     * A scheduled run. Inserted under the unique key (cluster id, policy, due time): a second call for the same run
     * returns what the first one made. When a run of the same policy is still active, the run is recorded as skipped.
     */
    Scheduled schedule(Handle transaction, Wanted wanted, Instant dueAt);

    /**
     * A scheduled run that was due and will not be made up for: recorded as skipped, with the reason, under the same
     * unique key as {@link #schedule}.
     */
    Scheduled miss(Handle transaction, Wanted wanted, Instant dueAt, String reason);

    /**
     * What is wanted.
     *
     * @param cluster name
     * @param policy as declared, or made up of a request's body (then its name is null)
     * @param requestedBy {@code principal/<name>} or {@code policy/<cluster>/<name>}
     */
    record Wanted(String cluster, BackupPolicy policy, String requestedBy) {}

    /** The run, and whether it was skipped. */
    record Scheduled(UUID backupId, boolean skipped) {}
}
