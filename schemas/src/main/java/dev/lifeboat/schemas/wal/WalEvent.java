package dev.lifeboat.schemas.wal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.EventData;
import java.time.Instant;
import java.util.UUID;

/**
 * How a cluster's WAL gets into the object store, and what is missing there. Positions are PostgreSQL's, e.g.
 * {@code 16/B374D848}; moments are the service's clock, except commit times, which are the server's.
 */
public sealed interface WalEvent extends EventData {

    /** Name of the cluster. */
    String cluster();

    /**
     * WAL is in the store, without a hole from {@code fromLsn} to {@code toLsn}. Said for a batch, at most every few seconds.
     *
     * @param segments whole segments that were stored since the last batch
     * @param pieces parts of the open segment that were stored since
     * @param storedBytes what these take in the store
     * @param lastCommitAt commit time of the newest transaction that is stored; absent when none was seen
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record WalStored(
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            int timeline,
            @JsonProperty(required = true) String fromLsn,
            @JsonProperty(required = true) String toLsn,
            int segments,
            int pieces,
            long storedBytes,
            Instant lastCommitAt,
            @JsonProperty(required = true) Instant storedAt)
            implements WalEvent {}

    /**
     * WAL is missing in the store: no recovery gets across.
     *
     * @param gapId the same for the same gap, whoever finds it
     * @param timeline on which it lies
     * @param toLsn where WAL goes on; absent when it does not
     * @param reason a code, e.g. {@code wal.slot-dropped}, {@code wal.object-missing}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record GapFound(
            @JsonProperty(required = true) UUID gapId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            int timeline,
            @JsonProperty(required = true) String fromLsn,
            String toLsn,
            @JsonProperty(required = true) Instant foundAt,
            @JsonProperty(required = true) String reason,
            @JsonProperty(required = true) String message,
            String hint)
            implements WalEvent {}

    /** A gap is there no more: its WAL came after all, or no backup reaches up to it any longer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record GapClosed(
            @JsonProperty(required = true) UUID gapId,
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            int timeline,
            @JsonProperty(required = true) String fromLsn,
            String toLsn,
            @JsonProperty(required = true) Instant closedAt,
            @JsonProperty(required = true) String reason)
            implements WalEvent {}

    /** The server went on with a new timeline, and the stream with it. */
    record TimelineSwitched(
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            int fromTimeline,
            int toTimeline,
            @JsonProperty(required = true) String switchLsn,
            @JsonProperty(required = true) Instant switchedAt)
            implements WalEvent {}

    /**
     * WAL does not get into the store for now, or not until somebody acts.
     *
     * @param blocked whether somebody must act; else it is tried again
     * @param storedLsn up to where the store has it; absent when it has none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ShippingStalled(
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            boolean blocked,
            String storedLsn,
            @JsonProperty(required = true) Instant stalledAt,
            @JsonProperty(required = true) Failure failure)
            implements WalEvent {}

    /** WAL gets into the store again. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ShippingResumed(
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String repository,
            String storedLsn,
            @JsonProperty(required = true) Instant stalledAt,
            @JsonProperty(required = true) Instant resumedAt)
            implements WalEvent {}

    /**
     * The server keeps more, or again less, WAL for the stream than it should.
     *
     * @param level {@code ok}, {@code warning}, {@code critical}, or {@code dropped}: the slot was given up to save the server's
     *     disk
     * @param retainedBytes what the server keeps
     * @param limitBytes what it may keep
     * @param limitedBy {@code declaration}, {@code max_slot_wal_keep_size} or {@code free-space}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SlotGuarded(
            @JsonProperty(required = true) String cluster,
            @JsonProperty(required = true) String slot,
            @JsonProperty(required = true) String level,
            long retainedBytes,
            long limitBytes,
            @JsonProperty(required = true) String limitedBy,
            @JsonProperty(required = true) Instant at,
            @JsonProperty(required = true) String message,
            String hint)
            implements WalEvent {}
}
