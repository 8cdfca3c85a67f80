package dev.lifeboat.backup.marker;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Writes one cluster's markers for as long as they are wanted: standing work, owned by one instance of the fleet. Whatever
 * stands in the way is noted and tried again; nothing else depends on it.
 */
@ApplicationScoped
class MarkerOperation implements OperationHandler {
    /** Name of this kind of work. */
    static final String KIND = "markers";

    private static final Logger LOG = Logger.getLogger(MarkerOperation.class);
    private static final Duration RECORD = Duration.ofSeconds(3);
    private static final Duration THIN = Duration.ofHours(1);
    private static final Duration NOTICE = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final Fleet fleet;
    private final MarkerRecord record;
    private final SecretReferences secrets;

    MarkerOperation(Fleet fleet, MarkerRecord record, SecretReferences secrets) {
        this.fleet = fleet;
        this.record = record;
        this.secrets = secrets;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean standing() {
        return true;
    }

    @Override
    public Step run(OperationContext context) throws Exception {
        Optional<DeclaredCluster> cluster = context.write(tx -> meant(tx, context));
        if (cluster.isEmpty()) {
            return Step.done();
        }
        MarkerServer server =
                new MarkerServer(cluster.get().id(), cluster.get().spec().connection(), secrets::resolve);
        try (MarkerSession session = server.open()) {
            write(context, session, cluster.get());
        }
        return Step.done();
    }

    /** The cluster that this operation writes for; empty when it is not meant any more. */
    private Optional<DeclaredCluster> meant(Handle transaction, OperationContext context) {
        return MarkerWriters.clusterOf(transaction, context.id())
                .flatMap(id -> fleet.cluster(transaction, context.cluster())
                        .filter(found -> found.id().equals(id)));
    }

    /** Until it is not meant any more, or something stands in the way. */
    private void write(OperationContext context, MarkerSession session, DeclaredCluster cluster)
            throws InterruptedException {
        long every = cluster.spec().markersEvery().toNanos();
        long next = System.nanoTime();
        long recordAt = next + RECORD.toNanos();
        long thinAt = next;
        List<Marker> unrecorded = new ArrayList<>();
        try {
            while (true) {
                context.check();
                long now = System.nanoTime();
                if (now - next >= 0) {
                    unrecorded.add(session.write());
                    // Late ones are left out: at most one a period.
                    next = Math.max(next + every, now);
                }
                if (now - recordAt >= 0) {
                    if (!recorded(context, cluster, unrecorded)) {
                        return;
                    }
                    recordAt = now + RECORD.toNanos();
                }
                if (now - thinAt >= 0) {
                    context.write(tx -> {
                        record.thin(tx, cluster.id());
                        return null;
                    });
                    thinAt = now + THIN.toNanos();
                }
                Thread.sleep(Duration.ofNanos(Math.clamp(next - System.nanoTime(), 0, NOTICE.toNanos())));
            }
        } finally {
            if (!unrecorded.isEmpty()) {
                recordTheRest(context, cluster, unrecorded);
            }
        }
    }

    /** Writes down what was committed; false when another operation is meant by now. */
    private boolean recorded(OperationContext context, DeclaredCluster cluster, List<Marker> unrecorded) {
        Instant newest = unrecorded.isEmpty() ? null : unrecorded.getLast().writtenAt();
        boolean meant = context.write(tx -> {
            record.add(tx, cluster.id(), unrecorded);
            if (newest != null) {
                MarkerWriters.note(tx, context.id(), newest, null);
            }
            return meant(tx, context).isPresent();
        });
        unrecorded.clear();
        return meant;
    }

    /** What is not recorded proves nothing, and does no harm. */
    private void recordTheRest(OperationContext context, DeclaredCluster cluster, List<Marker> unrecorded) {
        try {
            recorded(context, cluster, unrecorded);
        } catch (RuntimeException e) {
            LOG.debugf("cluster %s: %d markers are not recorded: %s", context.cluster(), unrecorded.size(), e);
        }
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        Failure trouble = MarkerServer.failure(thrown);
        try {
            boolean first = context.write(tx -> {
                boolean before = MarkerWriters.clusterOf(tx, context.id())
                        .flatMap(id -> MarkerWriters.find(tx, id))
                        .filter(row ->
                                row.trouble() != null && row.trouble().code().equals(trouble.code()))
                        .isPresent();
                MarkerWriters.note(tx, context.id(), null, trouble);
                return !before;
            });
            if (first) {
                LOG.warnf("cluster %s: no markers are written: %s", context.cluster(), trouble);
            }
        } catch (LeaseLost e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warnf("cluster %s: what stands in the way of markers cannot be noted: %s", context.cluster(), e);
        }
        return new Step.RetryAfter(MarkerServer.passes(thrown) ? SOON : LATER, trouble);
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        MarkerWriters.note(transaction, context.id(), null, failure);
    }
}
