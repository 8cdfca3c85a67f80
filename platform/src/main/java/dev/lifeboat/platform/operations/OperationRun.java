package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.OperationClaims.Claimed;
import dev.lifeboat.platform.operations.OperationTable.Held;
import dev.lifeboat.platform.operations.OperationTable.Standing;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** One run of an operation by this instance, from its claim to what came of it. */
final class OperationRun implements OperationContext {
    private static final Logger LOG = Logger.getLogger(OperationRun.class);
    private static final long ASK_AGAIN_NANOS = 500_000_000L;

    private final Claimed claimed;
    private final Database database;
    private final InstantSource clock;
    private final Scratch scratch;
    private final Rate rate = new Rate();
    private final AtomicReference<Progress> unwritten = new AtomicReference<>();

    private volatile boolean lost;
    private volatile boolean stopping;
    private volatile boolean scratchUsed;
    private volatile String cancelRequestedBy;
    /** By the monotonic clock, which goes on while the process is stopped; taken before the database was asked. */
    private volatile long renewedAt;

    OperationRun(Claimed claimed, Database database, InstantSource clock, Scratch scratch, long claimedAt) {
        this.claimed = claimed;
        this.database = database;
        this.clock = clock;
        this.scratch = scratch;
        this.cancelRequestedBy = claimed.cancelRequestedBy();
        this.renewedAt = claimedAt;
    }

    @Override
    public UUID id() {
        return claimed.id();
    }

    @Override
    public String cluster() {
        return claimed.cluster();
    }

    @Override
    public long epoch() {
        return claimed.epoch();
    }

    @Override
    public int attempt() {
        return claimed.attempt();
    }

    @Override
    public <T> T write(Function<Handle, T> work) {
        if (lost) {
            throw leaseLost();
        }
        long asked = System.nanoTime();
        T result = database.inTransaction(tx -> {
            if (!OperationTable.fence(tx, held())) {
                lost = true;
                throw leaseLost();
            }
            return work.apply(tx);
        });
        renewed(asked);
        return result;
    }

    @Override
    public void check() {
        if (!lost && !stopping && System.nanoTime() - renewedAt > held().lease().toNanos()) {
            makeSure();
        }
        if (lost) {
            throw leaseLost();
        }
        if (stopping) {
            throw new LeaseLost("operation " + id() + " is given back: this instance is being stopped");
        }
        if (cancelRequestedBy != null) {
            throw new CancelRequested("operation " + id() + " was cancelled by " + cancelRequestedBy);
        }
        if (facts().overdue()) {
            throw new CancelRequested("operation " + id() + " is past its deadline " + claimed.deadline());
        }
    }

    /**
     * The lease ran out unrenewed: the process was stopped for long, or the database is away. Nobody can be asked whose
     * the operation is now, so nothing may be done until the database answers.
     */
    private void makeSure() {
        LOG.warnf("operation %s, epoch %d: its lease ran out, asking whether it is still ours", id(), epoch());
        while (!lost && !stopping) {
            try {
                long asked = System.nanoTime();
                boolean ours = database.inTransaction(tx -> OperationTable.fence(tx, held()));
                renewed(asked);
                lost = !ours;
                return;
            } catch (RuntimeException e) {
                LOG.warnf("operation %s waits, the database does not say who owns it: %s", id(), e.getMessage());
                LockSupport.parkNanos(ASK_AGAIN_NANOS);
                if (Thread.interrupted()) {
                    throw leaseLost();
                }
            }
        }
    }

    @Override
    public void progress(Progress progress) {
        synchronized (rate) {
            rate.add(System.nanoTime(), progress.bytesDone());
        }
        unwritten.set(progress);
    }

    @Override
    public Path scratch() {
        scratchUsed = true;
        return scratch.folder(id(), epoch());
    }

    Claimed claimed() {
        return claimed;
    }

    Held held() {
        return new Held(id(), epoch(), claimed.terms().lease());
    }

    RunOutcome.Facts facts() {
        return new RunOutcome.Facts(lost, stopping, cancelRequestedBy, claimed.deadline(), clock.instant());
    }

    /** What the database says about this run. */
    void learn(Standing standing) {
        if (!standing.owned()) {
            lost = true;
        }
        if (standing.cancelRequestedBy() != null) {
            cancelRequestedBy = standing.cancelRequestedBy();
        }
    }

    /** Its lease was lengthened by a question that was asked at this moment of the monotonic clock. */
    void renewed(long askedAt) {
        synchronized (rate) {
            if (askedAt - renewedAt > 0) {
                renewedAt = askedAt;
            }
        }
    }

    void cancelled(String who) {
        cancelRequestedBy = who;
    }

    void stop() {
        stopping = true;
    }

    /** Writes what was last said of the progress, if it is new. */
    void flush(Handle tx) {
        Progress progress = unwritten.getAndSet(null);
        if (progress != null && !lost) {
            long perSecond;
            synchronized (rate) {
                perSecond = rate.perSecond(System.nanoTime());
            }
            OperationTable.progress(tx, held(), progress, clock.instant(), perSecond);
        }
    }

    void clean() {
        if (scratchUsed) {
            scratch.remove(id(), epoch());
        }
    }

    @Override
    public String toString() {
        return claimed.kind() + " " + id() + " of " + cluster() + ", epoch " + epoch();
    }

    private LeaseLost leaseLost() {
        return new LeaseLost("operation " + id() + " is not owned by epoch " + epoch() + " any more");
    }
}
