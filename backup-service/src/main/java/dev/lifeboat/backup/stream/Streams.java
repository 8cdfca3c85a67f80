package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.stream.ClusterStream.Place;
import dev.lifeboat.backup.stream.ClusterStream.Retained;
import dev.lifeboat.backup.stream.ClusterStream.Told;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.wal.WalEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of {@code wal_stream}, and what is told of each. */
@ApplicationScoped
class Streams {
    private final Outbox outbox;
    private final InstantSource clock;

    Streams(Outbox outbox, InstantSource clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Wants a stream, anew or once more; what is known from before stays. */
    void want(Handle tx, UUID clusterId, String cluster, String repository, String durability, UUID operationId) {
        tx.createUpdate(
                        """
                        insert into wal_stream (cluster_id, cluster, repository, durability, slot, operation_id, state, changed_at)
                        values (:id, :cluster, :repository, :durability, :slot, :operation, 'starting', :now)
                        on conflict (cluster_id) do update
                        set repository = excluded.repository, durability = excluded.durability,
                            operation_id = excluded.operation_id, state = 'starting', asked = true, failure = null,
                            failures = 0, retry_at = null, changed_at = excluded.changed_at
                        """)
                .bind("id", clusterId)
                .bind("cluster", cluster)
                .bind("repository", repository)
                .bind("durability", durability)
                .bind("slot", ClusterStream.slotOf(clusterId))
                .bind("operation", operationId)
                .bind("now", clock.instant())
                .execute();
    }

    /** The declaration changed: what goes by it is taken over, and it is tried now. */
    void changed(Handle tx, UUID clusterId, String repository, String durability) {
        tx.createUpdate(
                        """
                        update wal_stream set repository = :repository, durability = :durability, asked = true
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("repository", repository)
                .bind("durability", durability)
                .execute();
    }

    /** Somebody wants it tried now. */
    void ask(Handle tx, UUID clusterId, boolean acceptGap) {
        tx.createUpdate("update wal_stream set asked = true, accept_gap = accept_gap or :gap where cluster_id = :id")
                .bind("id", clusterId)
                .bind("gap", acceptGap)
                .execute();
    }

    Optional<ClusterStream> find(Handle tx, UUID clusterId) {
        return tx.createQuery("select * from wal_stream where cluster_id = :id")
                .bind("id", clusterId)
                .map((row, context) -> StreamColumns.stream(row))
                .findOne();
    }

    /** The one that an operation follows; locked until the transaction ends. */
    Optional<ClusterStream> followedBy(Handle tx, UUID operationId) {
        return tx.createQuery("select * from wal_stream where operation_id = :id for update")
                .bind("id", operationId)
                .map((row, context) -> StreamColumns.stream(row))
                .findOne();
    }

    /** A run begins, as was asked for. */
    void starting(Handle tx, UUID clusterId) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set state = 'starting', asked = false, retry_at = null,
                            changed_at = case when state = 'starting' then changed_at else :now end
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("now", clock.instant())
                .execute();
    }

    /** How it is now; the failure goes when there is none. */
    void state(Handle tx, UUID clusterId, StreamState state, Optional<Failure> failure) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set changed_at = case when state = :state then changed_at else :now end,
                            state = :state, failure = cast(:failure as jsonb)
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("state", state.word())
                .bind("failure", failure.map(StreamColumns::write).orElse(null))
                .bind("now", clock.instant())
                .execute();
    }

    /** It broke: how often in a row by now, and when it is begun again. */
    void broke(Handle tx, UUID clusterId, int failures, Instant retryAt) {
        tx.createUpdate("update wal_stream set failures = :failures, retry_at = :at where cluster_id = :id")
                .bind("id", clusterId)
                .bind("failures", failures)
                .bind("at", retryAt)
                .execute();
    }

    /** It goes well; and what was agreed to leave out is behind it. */
    void healthy(Handle tx, UUID clusterId) {
        tx.createUpdate("update wal_stream set failures = 0, accept_gap = false where cluster_id = :id"
                        + " and (failures > 0 or accept_gap)")
                .bind("id", clusterId)
                .execute();
    }

    void place(Handle tx, UUID clusterId, Place place, long spoolBytes) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set timeline = :timeline, server_lsn = cast(:server as pg_lsn), received_lsn = cast(:received as pg_lsn),
                            acknowledged_lsn = cast(:acknowledged as pg_lsn), stored_lsn = cast(:stored as pg_lsn),
                            unstored_ms = :unstored, positions_at = :at, spool_bytes = :spool
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("timeline", place.timeline())
                .bind("server", place.server().toString())
                .bind("received", place.received().toString())
                .bind("acknowledged", place.acknowledged().toString())
                .bind("stored", place.stored().toString())
                .bind("unstored", place.unstoredFor().toMillis())
                .bind("at", place.at())
                .bind("spool", spoolBytes)
                .execute();
    }

    /** What was stored last. */
    void stored(Handle tx, UUID clusterId, String object, Optional<Instant> lastCommitAt, String systemIdentifier) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set last_object = :object, last_commit_at = coalesce(:commit, last_commit_at),
                            system_identifier = coalesce(system_identifier, :system)
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("object", object)
                .bind("commit", lastCommitAt.orElse(null))
                .bind("system", systemIdentifier)
                .execute();
    }

    void told(Handle tx, UUID clusterId, Told told) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set told_lsn = cast(:lsn as pg_lsn), told_timeline = :timeline, told_at = :at where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("lsn", told.upTo().toString())
                .bind("timeline", told.timeline())
                .bind("at", told.at())
                .execute();
    }

    void retained(Handle tx, UUID clusterId, Retained retained, SlotGuard.Level level) {
        tx.createUpdate(
                        """
                        update wal_stream
                        set retained_bytes = :bytes, limit_bytes = :limit, limited_by = :by, guard_level = :level,
                            guarded_at = :at
                        where cluster_id = :id
                        """)
                .bind("id", clusterId)
                .bind("bytes", retained.bytes())
                .bind("limit", retained.limit().map(SlotGuard.Limit::bytes).orElse(null))
                .bind("by", retained.limit().map(SlotGuard.Limit::by).orElse(null))
                .bind("level", level.word())
                .bind("at", retained.at())
                .execute();
    }

    void stalled(Handle tx, UUID clusterId, Optional<Instant> at) {
        tx.createUpdate("update wal_stream set stalled_at = :at where cluster_id = :id")
                .bind("id", clusterId)
                .bind("at", at.orElse(null))
                .execute();
    }

    /** Tells the world, in the order of the stream's own story. */
    void tell(Handle tx, UUID clusterId, WalEvent event) {
        long version = tx.createQuery(
                        "update wal_stream set version = version + 1 where cluster_id = :id returning version")
                .bind("id", clusterId)
                .mapTo(Long.class)
                .one();
        outbox.publish(
                tx, new Publication(Keys.cluster(event.cluster()), "wal/" + clusterId, clusterId, version, event));
    }

    /** A gap has a story of its own, whoever finds it. */
    void tellGap(Handle tx, UUID clusterId, WalEvent.GapFound gap) {
        outbox.publish(tx, new Publication(Keys.cluster(gap.cluster()), "wal-gap/" + gap.gapId(), clusterId, 1, gap));
    }
}
