package dev.lifeboat.backup.retention;

import java.time.Instant;
import java.util.UUID;

/**
 * One look at all backups of a cluster, and the removal of those that go.
 *
 * @param requestedBy {@code principal/<name>}, or {@code policy/<cluster>/~retention} when nobody asked
 * @param trigger {@code schedule}, {@code request}, or {@code backup/<id>} for one that was completed
 */
record RetentionRun(
        UUID id,
        UUID clusterId,
        String cluster,
        Instant requestedAt,
        String requestedBy,
        String trigger,
        RunState state) {

    RetentionRun in(RunState next) {
        return new RetentionRun(id, clusterId, cluster, requestedAt, requestedBy, trigger, next);
    }
}
