package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.stream.ClusterStream.Place;
import dev.lifeboat.backup.stream.ClusterStream.Retained;
import dev.lifeboat.backup.stream.ClusterStream.Told;
import dev.lifeboat.backup.stream.StreamTold.Gathered;
import dev.lifeboat.backup.wal.WalPositions;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.wal.WalEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Writes down how a stream goes, and tells the world what it should know: in the caller's fenced transaction. */
@ApplicationScoped
class StreamNotes {
    private final Streams streams;
    private final GapNotes gaps;
    private final StreamConfig config;
    private final InstantSource clock;

    StreamNotes(Streams streams, GapNotes gaps, StreamConfig config, InstantSource clock) {
        this.streams = streams;
        this.gaps = gaps;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Notes what was gathered.
     *
     * @param keys of its WAL in the store
     * @param over no more will come of this run: a batch is told now
     * @return whether a batch was told; until then its counts are kept
     */
    boolean note(
            Handle tx,
            ClusterStream stream,
            WalKeys keys,
            Gathered gathered,
            StoredBatch batch,
            long spoolBytes,
            boolean over) {
        Optional<Place> place = gathered.positions().map(StreamNotes::place);
        place.ifPresent(at -> streams.place(tx, stream.clusterId(), at, spoolBytes));
        gathered.stored()
                .last()
                .ifPresent(last -> streams.stored(
                        tx,
                        stream.clusterId(),
                        keys.of(last.object()),
                        gathered.stored().lastCommitAt(),
                        last.systemIdentifier()));
        gathered.switched().forEach(switched -> switched(tx, stream, switched));
        gathered.gaps().forEach(gap -> gaps.found(tx, stream, gap));
        if (!over) {
            stall(tx, stream, gathered, place);
        }
        Optional<Place> now = place.or(stream::place);
        return now.isPresent()
                && batch(
                        tx,
                        stream,
                        now.get(),
                        batch,
                        over || !gathered.switched().isEmpty());
    }

    private boolean batch(Handle tx, ClusterStream stream, Place place, StoredBatch batch, boolean now) {
        if (batch.isEmpty()) {
            return false;
        }
        Instant moment = clock.instant();
        boolean due = stream.told()
                .map(told -> Duration.between(told.at(), moment).abs().compareTo(config.storedEvery()) >= 0)
                .orElse(true);
        Lsn from = stream.told()
                .filter(told -> told.timeline() == place.timeline())
                .map(Told::upTo)
                .or(batch::first)
                .orElse(place.stored());
        if (!(due || now) || !place.stored().isAfter(from)) {
            return false;
        }
        streams.tell(
                tx,
                stream.clusterId(),
                new WalEvent.WalStored(
                        stream.cluster(),
                        stream.repository(),
                        place.timeline(),
                        from.toString(),
                        place.stored().toString(),
                        batch.segments(),
                        batch.pieces(),
                        batch.bytes(),
                        batch.lastCommitAt().orElse(null),
                        moment));
        streams.told(tx, stream.clusterId(), new Told(moment, place.timeline(), place.stored()));
        return true;
    }

    private void switched(Handle tx, ClusterStream stream, StreamTold.Switched switched) {
        streams.tell(
                tx,
                stream.clusterId(),
                new WalEvent.TimelineSwitched(
                        stream.cluster(),
                        stream.repository(),
                        switched.from(),
                        switched.to(),
                        switched.at().toString(),
                        clock.instant()));
    }

    private void stall(Handle tx, ClusterStream stream, Gathered gathered, Optional<Place> place) {
        if (gathered.stalled().isPresent()) {
            streams.state(tx, stream.clusterId(), StreamState.STALLED, gathered.stalled());
            tellStalled(tx, stream, gathered.stalled().get(), false);
        } else if (place.isPresent()) {
            streams.state(tx, stream.clusterId(), StreamState.STREAMING, Optional.empty());
            tellResumed(tx, stream, place.get().stored());
        }
    }

    /** Says that nothing gets into the store, unless that is known, or only known to pass by itself. */
    void tellStalled(Handle tx, ClusterStream stream, Failure failure, boolean blocked) {
        boolean known = stream.stalledAt().isPresent() && (!blocked || stream.state() == StreamState.BLOCKED);
        if (known) {
            return;
        }
        Instant at = stream.stalledAt().orElseGet(clock::instant);
        streams.stalled(tx, stream.clusterId(), Optional.of(at));
        streams.tell(
                tx,
                stream.clusterId(),
                new WalEvent.ShippingStalled(
                        stream.cluster(),
                        stream.repository(),
                        blocked,
                        stream.place().map(place -> place.stored().toString()).orElse(null),
                        at,
                        failure));
    }

    private void tellResumed(Handle tx, ClusterStream stream, Lsn stored) {
        if (stream.stalledAt().isEmpty()) {
            return;
        }
        streams.stalled(tx, stream.clusterId(), Optional.empty());
        streams.tell(
                tx,
                stream.clusterId(),
                new WalEvent.ShippingResumed(
                        stream.cluster(),
                        stream.repository(),
                        stored.toString(),
                        stream.stalledAt().get(),
                        clock.instant()));
    }

    /** Notes what the server keeps, and tells when it got worse or better. */
    void guarded(Handle tx, ClusterStream stream, SlotGuard.Facts facts, SlotGuard.Decision decision) {
        Instant at = clock.instant();
        SlotGuard.Level level = decision.level();
        streams.retained(tx, stream.clusterId(), new Retained(at, facts.retained(), decision.limit()), level);
        boolean same = level == stream.guardLevel();
        // After a slot was given up, that it keeps nothing any more is no news.
        boolean over = level == SlotGuard.Level.OK && stream.guardLevel() == SlotGuard.Level.DROPPED;
        if ((same && level != SlotGuard.Level.DROPPED)
                || over
                || decision.limit().isEmpty()) {
            return;
        }
        SlotGuard.Limit limit = decision.limit().get();
        streams.tell(
                tx,
                stream.clusterId(),
                new WalEvent.SlotGuarded(
                        stream.cluster(),
                        stream.slot(),
                        level.word(),
                        facts.retained(),
                        limit.bytes(),
                        limit.by(),
                        at,
                        "The server keeps " + facts.retained() + " bytes of WAL for the stream, of " + limit.bytes()
                                + " that it may."
                                + (level == SlotGuard.Level.DROPPED
                                        ? " The slot was given up, so that its disk does not fill."
                                        : ""),
                        level == SlotGuard.Level.OK
                                ? null
                                : "See why the stream does not take it: GET /api/v1/clusters/" + stream.cluster()
                                        + "/wal"));
    }

    private static Place place(WalPositions positions) {
        return new Place(
                positions.at(),
                positions.timeline(),
                positions.serverEnd(),
                positions.received(),
                positions.acknowledged(),
                positions.stored(),
                positions.unstoredFor());
    }
}
