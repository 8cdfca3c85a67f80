package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.backup.wal.WalListener;
import dev.lifeboat.backup.wal.WalPositions;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.schemas.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Gathers what a receiver tells, from any of its threads, until it is written down. What was taken and could not be written
 * is put back: nothing is told twice or lost while the service's own database is away.
 */
final class StreamTold implements WalListener {
    private static final Logger LOG = Logger.getLogger(StreamTold.class);

    private final String cluster;
    private Gathered gathered = Gathered.nothing(Optional.empty());

    StreamTold(String cluster) {
        this.cluster = cluster;
    }

    /**
     * What was told since it was last taken.
     *
     * @param positions the newest
     * @param stalled the store does not take WAL, as of now; empty when it does
     * @param stored what got into the store
     */
    record Gathered(
            Optional<WalPositions> positions,
            Optional<Failure> stalled,
            StoredBatch stored,
            List<Switched> switched,
            List<Gap> gaps) {
        static Gathered nothing(Optional<Failure> stalled) {
            return new Gathered(Optional.empty(), stalled, StoredBatch.EMPTY, List.of(), List.of());
        }

        /** This and what was told after it. */
        Gathered and(Gathered later) {
            return new Gathered(
                    later.positions().or(this::positions),
                    later.stalled(),
                    stored.and(later.stored()),
                    joined(switched, later.switched),
                    joined(gaps, later.gaps));
        }

        private static <T> List<T> joined(List<T> one, List<T> other) {
            List<T> both = new ArrayList<>(one);
            both.addAll(other);
            return List.copyOf(both);
        }
    }

    /** The server went on with another timeline. */
    record Switched(int from, int to, Lsn at) {}

    /** WAL that is lost was left out. */
    record Gap(int timeline, Lsn from, Lsn to) {}

    /** Takes all; whether the store is stalled stays known. */
    synchronized Gathered take() {
        Gathered all = gathered;
        gathered = Gathered.nothing(all.stalled());
        return all;
    }

    /** It could not be written down. */
    synchronized void putBack(Gathered earlier) {
        gathered = earlier.and(gathered);
    }

    @Override
    public synchronized void positions(WalPositions positions) {
        gathered = gathered.and(
                new Gathered(Optional.of(positions), gathered.stalled(), StoredBatch.EMPTY, List.of(), List.of()));
    }

    @Override
    public synchronized void stored(WalObject object, long bytes, WalFacts facts) {
        gathered = gathered.and(new Gathered(
                Optional.empty(), gathered.stalled(), StoredBatch.of(object, bytes, facts), List.of(), List.of()));
    }

    @Override
    public synchronized void timelineSwitched(int from, int to, Lsn at) {
        LOG.infof("cluster %s goes on with timeline %d at %s", cluster, to, at);
        gathered = gathered.and(new Gathered(
                Optional.empty(),
                gathered.stalled(),
                StoredBatch.EMPTY,
                List.of(new Switched(from, to, at)),
                List.of()));
    }

    @Override
    public synchronized void gap(int timeline, Lsn from, Lsn to) {
        LOG.warnf("cluster %s: WAL of timeline %d from %s to %s is lost", cluster, timeline, from, to);
        gathered = gathered.and(new Gathered(
                Optional.empty(),
                gathered.stalled(),
                StoredBatch.EMPTY,
                List.of(),
                List.of(new Gap(timeline, from, to))));
    }

    @Override
    public synchronized void stalled(Failure why) {
        LOG.warnf("cluster %s: the store does not take WAL: %s %s", cluster, why.code(), why.message());
        gathered = gathered.and(Gathered.nothing(Optional.of(why)));
    }

    @Override
    public synchronized void resumed() {
        LOG.infof("cluster %s: the store takes WAL again", cluster);
        gathered = gathered.and(Gathered.nothing(Optional.empty()));
    }

    @Override
    public void orphans(int timeline, Lsn from, Lsn to) {
        LOG.warnf(
                "cluster %s: WAL of timeline %d from %s to %s is stored, and the server's history does not go through it",
                cluster, timeline, from, to);
    }

    @Override
    public void slotCreated(String slot) {
        LOG.infof("cluster %s: slot %s is made", cluster, slot);
    }

    @Override
    public void holdStuck(Failure why) {
        LOG.warnf("cluster %s: the hold slot cannot be moved: %s %s", cluster, why.code(), why.message());
    }

    @Override
    public void unreadable(Lsn from, String why) {
        LOG.warnf("cluster %s: commit times are not known from %s to the next segment: %s", cluster, from, why);
    }

    @Override
    public void leftoverStored(WalObject object, Optional<Commit> lastCommit) {
        LOG.infof("cluster %s: %s, left by an earlier run, is stored", cluster, object);
    }
}
