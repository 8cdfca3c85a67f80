package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.backup.BackupDefaults;
import dev.lifeboat.backup.backup.BackupRequests;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.wal.WalGap;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.wal.WalEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** WAL that is lost: told, and followed by a new base backup, without which nothing behind the gap is of use. */
@ApplicationScoped
class GapNotes {
    /** Code of the reason: the server did not have it any more. */
    static final String LOST = "wal.lost-before-stored";

    private static final Logger LOG = Logger.getLogger(GapNotes.class);

    private final Streams streams;
    private final Fleet fleet;
    private final BackupRequests requests;
    private final InstantSource clock;

    GapNotes(Streams streams, Fleet fleet, BackupRequests requests, InstantSource clock) {
        this.streams = streams;
        this.fleet = fleet;
        this.requests = requests;
        this.clock = clock;
    }

    void found(Handle tx, ClusterStream stream, StreamTold.Gap lost) {
        WalGap gap = new WalGap(lost.timeline(), lost.from(), Optional.of(lost.to()));
        streams.tellGap(
                tx,
                stream.clusterId(),
                new WalEvent.GapFound(
                        gap.id(stream.clusterId(), stream.repository()),
                        stream.cluster(),
                        stream.repository(),
                        gap.timeline(),
                        gap.from().toString(),
                        lost.to().toString(),
                        clock.instant(),
                        LOST,
                        "WAL from " + gap.from() + " to " + lost.to() + " on timeline " + gap.timeline()
                                + " is neither stored nor on the server any more.",
                        "No recovery gets across. Behind it, recovery begins with the next base backup."));
        fleet.cluster(tx, stream.cluster())
                .filter(cluster -> cluster.id().equals(stream.clusterId()))
                .flatMap(cluster -> base(cluster.spec()))
                .ifPresent(policy -> ask(tx, stream, policy));
    }

    private void ask(Handle tx, ClusterStream stream, BackupPolicy policy) {
        try {
            requests.request(
                    tx,
                    new BackupRequests.Wanted(stream.cluster(), BackupDefaults.fill(policy), "service/backup-service"));
        } catch (Problem problem) {
            // Most likely one of this policy is under way: what it needs of WAL decides whether it begins behind the
            // gap.
            LOG.warnf(
                    "cluster %s: no base backup after the gap: %s %s",
                    stream.cluster(),
                    problem.failure().code(),
                    problem.failure().message());
        }
    }

    /** The policy of a backup that WAL is replayed on: the first that is whole by itself. Pure. */
    static Optional<BackupPolicy> base(ClusterSpec cluster) {
        return Optional.ofNullable(cluster.backups()).orElse(List.of()).stream()
                .filter(policy ->
                        !"dump".equals(policy.method()) && (policy.type() == null || "full".equals(policy.type())))
                .findFirst();
    }
}
