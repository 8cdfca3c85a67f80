package dev.lifeboat.backup.stream;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A cluster's stream as its row says.
 *
 * @param operationId the standing work that follows it
 * @param asked somebody wants it tried now
 * @param acceptGap WAL that is lost may be left out
 * @param place where it is; empty before it first streamed
 * @param retained what the server keeps for it; empty before it was looked
 * @param stalledAt since when the world knows that nothing gets into the store
 * @param failures how often in a row it broke
 * @param retryAt when it is begun again
 * @param told up to where a batch of stored WAL was told
 */
record ClusterStream(
        UUID clusterId,
        String cluster,
        String repository,
        String durability,
        String slot,
        UUID operationId,
        StreamState state,
        boolean asked,
        boolean acceptGap,
        Optional<String> systemIdentifier,
        Instant changedAt,
        Optional<Place> place,
        Optional<String> lastObject,
        Optional<Instant> lastCommitAt,
        long spoolBytes,
        Optional<Retained> retained,
        SlotGuard.Level guardLevel,
        Optional<Instant> stalledAt,
        Optional<Failure> failure,
        int failures,
        Optional<Instant> retryAt,
        Optional<Told> told) {

    /** Where a stream is, and when it was there. */
    record Place(
            Instant at, int timeline, Lsn server, Lsn received, Lsn acknowledged, Lsn stored, Duration unstoredFor) {
        /** Bytes that the server has and the store has not. */
        long lagBytes() {
            return Math.max(0, server.minus(stored));
        }
    }

    /** What the server keeps for the slot, and what it may. */
    record Retained(Instant at, long bytes, Optional<SlotGuard.Limit> limit) {}

    /** A batch that was told. */
    record Told(Instant at, int timeline, Lsn upTo) {}

    /** The physical slot of a cluster: one name for ever, wherever the stream runs. */
    static String slotOf(UUID clusterId) {
        return "lifeboat_" + clusterId.toString().replace("-", "");
    }
}
