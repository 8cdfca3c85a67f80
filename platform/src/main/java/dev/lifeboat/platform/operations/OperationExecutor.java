package dev.lifeboat.platform.operations;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.operations.OperationClaims.Claimed;
import dev.lifeboat.platform.schedule.WakeupTarget;
import dev.lifeboat.platform.schedule.Wakeups;
import dev.lifeboat.schemas.Failure;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Runs the operations that this instance claims, each on a thread of its own, and keeps their leases alive.
 *
 * <p>Three things make it look for work: a wake-up from Quartz, the end of a run (its place is free now), and a sweep
 * every few seconds, which also finds what nobody was woken for and what an owner left behind.
 */
public final class OperationExecutor implements WakeupTarget {
    private static final Logger LOG = Logger.getLogger(OperationExecutor.class);

    private final OperationSettings settings;
    private final HandlerRegistry handlers;
    private final Database database;
    private final InstantSource clock;
    private final Settlement settlement;
    private final Scratch scratch;
    private final Semaphore places;
    private final Map<UUID, Active> active = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    private record Active(OperationRun run, Thread thread, CountDownLatch over) {}

    /** An executor that has not begun: nothing happens until it is woken. */
    public OperationExecutor(
            OperationSettings settings,
            HandlerRegistry handlers,
            Database database,
            Wakeups wakeups,
            InstantSource clock) {
        this.settings = settings;
        this.handlers = handlers;
        this.database = database;
        this.clock = clock;
        this.settlement = new Settlement(handlers, wakeups, clock);
        this.scratch = new Scratch(settings.folder());
        this.places = new Semaphore(settings.cap());
        Metrics.gaugeMapSize("lifeboat.operations.running", Tags.empty(), active);
    }

    @Override
    public String group() {
        return JdbcOperations.GROUP;
    }

    @Override
    public void woken(String name) {
        UUID id = UUID.fromString(name);
        if (!endUnstarted(id)) {
            begin(id);
        }
    }

    /** Claims and begins whatever may run, as long as there are places. */
    void fill() {
        while (!stopping && begin(null)) {
            LOG.trace("there may be more");
        }
    }

    /** Looks for work that nobody was woken for, ends what will not begin, and clears folders that nobody uses. */
    void sweep() {
        while (!stopping && endUnstarted(null)) {
            LOG.trace("there may be more");
        }
        fill();
        var ids = scratch.operations();
        if (!ids.isEmpty()) {
            scratch.reap(database.inTransaction(tx -> OperationTable.livingEpochs(tx, ids)));
        }
    }

    /** Renews the leases of all runs, learns which were cancelled or taken away, and writes their progress. */
    void beat(boolean renew) {
        var held = active.values().stream().map(each -> each.run().held()).toList();
        if (held.isEmpty()) {
            return;
        }
        long asked = System.nanoTime();
        var standing = database.inTransaction(tx -> {
            if (renew) {
                OperationTable.renew(tx, held);
            }
            return OperationTable.standing(tx, held);
        });
        for (OperationTable.Standing each : standing) {
            Active mine = active.get(each.id());
            if (mine != null) {
                mine.run().learn(each);
                if (renew && each.owned()) {
                    mine.run().renewed(asked);
                }
            }
        }
        active.values().forEach(each -> database.useTransaction(each.run()::flush));
    }

    void cancelled(UUID id, String who) {
        Active mine = active.get(id);
        if (mine != null) {
            mine.run().cancelled(who);
        }
    }

    /** Operations that run here now. */
    int running() {
        return active.size();
    }

    /**
     * Takes no more work, tells what runs to stop, and gives it back, so that another instance goes on at once. Returns
     * when nothing runs any more, or after the grace.
     */
    void stop() {
        stopping = true;
        active.values().forEach(each -> each.run().stop());
        long until = System.nanoTime() + settings.shutdownGrace().toNanos();
        active.values().forEach(each -> await(each, until));
        active.values().forEach(each -> {
            LOG.warnf("%s did not stop in time and is given back while it still runs", each.run());
            each.thread().interrupt();
            settlement.settle(each.run(), new RunOutcome.Again(Duration.ZERO, null, true));
        });
    }

    private boolean begin(UUID only) {
        return beginStanding(only) || beginWithPlace(only);
    }

    /** Standing work needs no place. */
    private boolean beginStanding(UUID only) {
        if (stopping || handlers.kinds(OperationHandler::standing).isEmpty()) {
            return false;
        }
        Optional<OperationRun> claimed = claim(only, false, OperationHandler::standing);
        claimed.ifPresent(this::launch);
        return claimed.isPresent();
    }

    private boolean beginWithPlace(UUID only) {
        if (stopping || !places.tryAcquire()) {
            return false;
        }
        boolean begun = false;
        try {
            Optional<OperationRun> claimed = claim(only, false, handler -> !handler.standing());
            claimed.ifPresent(this::launch);
            begun = claimed.isPresent();
        } finally {
            if (!begun) {
                places.release();
            }
        }
        return begun;
    }

    private boolean endUnstarted(UUID only) {
        Optional<OperationRun> claimed = stopping ? Optional.empty() : claim(only, true, handler -> true);
        claimed.ifPresent(run -> settlement.settle(run, RunOutcome.stopped(run.facts())));
        return claimed.isPresent();
    }

    private Optional<OperationRun> claim(UUID only, boolean unstarted, Predicate<OperationHandler> of) {
        long asked = System.nanoTime();
        return database.inTransaction(tx -> OperationClaims.claim(
                        tx,
                        only,
                        unstarted,
                        handlers.caps(settings, of),
                        Set.copyOf(active.keySet()),
                        settings,
                        clock.instant()))
                .map(claimed -> run(claimed, asked));
    }

    private OperationRun run(Claimed claimed, long asked) {
        return new OperationRun(claimed, database, clock, scratch, asked);
    }

    private void launch(OperationRun run) {
        CountDownLatch over = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform()
                .name("operation-" + run.claimed().kind() + "-" + run.id())
                .daemon()
                .unstarted(() -> carryOut(run, over));
        active.put(run.id(), new Active(run, thread, over));
        thread.start();
    }

    private void carryOut(OperationRun run, CountDownLatch over) {
        try {
            run.claimed().correlation().causedBy(run.id().toString()).call(() -> {
                LOG.infof("%s begins, attempt %d", run, run.attempt());
                scratch.removeOlderThan(run.id(), run.epoch());
                RunOutcome outcome = outcome(run);
                if (Thread.interrupted()) {
                    LOG.debugf("%s was interrupted, which ends here", run);
                }
                settlement.settle(run, outcome);
                return null;
            });
        } catch (Throwable e) {
            // Its lease runs out, and some instance takes it up again.
            LOG.errorf(e, "%s could not be brought to an end here", run);
        } finally {
            run.clean();
            active.remove(run.id());
            if (!run.claimed().terms().standing()) {
                places.release();
            }
            over.countDown();
        }
        next();
    }

    private void next() {
        try {
            fill();
        } catch (RuntimeException e) {
            LOG.warnf("could not look for the next operation, the sweep will: %s", e.getMessage());
        }
    }

    private RunOutcome outcome(OperationRun run) {
        OperationHandler handler = handlers.of(run.claimed().kind());
        try {
            Step step = handler.run(run);
            return RunOutcome.of(step, run.facts());
        } catch (Throwable thrown) {
            return RunOutcome.of(thrown, run.facts(), cause -> explained(handler, cause, run));
        }
    }

    private static Step explained(OperationHandler handler, Throwable thrown, OperationRun run) {
        LOG.warnf(thrown, "%s threw", run);
        try {
            return handler.explain(thrown, run);
        } catch (RuntimeException e) {
            e.addSuppressed(thrown);
            LOG.errorf(e, "%s: what it threw cannot be explained", run);
            return new Step.Failed(new Failure(
                    "internal",
                    "An error that nobody expected: " + thrown,
                    null,
                    null,
                    "Report it, with the service's log from " + run + "."));
        }
    }

    private static void await(Active run, long untilNanos) {
        try {
            if (!run.over().await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.debugf("%s still runs", run.run());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
