package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.stream.StreamTold.Gathered;
import dev.lifeboat.backup.wal.StopSignal;
import dev.lifeboat.backup.wal.WalOutcome;
import dev.lifeboat.backup.wal.WalReceiver;
import dev.lifeboat.backup.wal.WalReceiverSettings;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.wiring.RepositoryStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** One run of a stream: the receiver on a thread of its own, and beside it whoever writes down how it goes. */
@ApplicationScoped
class StreamRuns {
    private static final Logger LOG = Logger.getLogger(StreamRuns.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(15);

    /** A stream that went for so long is well again. */
    private static final Duration WELL = Duration.ofSeconds(10);

    private final Streams streams;
    private final StreamNotes notes;
    private final Fleet fleet;
    private final RepositoryStores stores;
    private final SecretReferences secrets;
    private final StreamWorkers workers;
    private final StreamConfig config;
    private final Path work;
    private final InstantSource clock;

    StreamRuns(
            Streams streams,
            StreamNotes notes,
            Fleet fleet,
            RepositoryStores stores,
            SecretReferences secrets,
            StreamWorkers workers,
            StreamConfig config,
            @ConfigProperty(name = "lifeboat.work-directory") Path work,
            InstantSource clock) {
        this.streams = streams;
        this.notes = notes;
        this.fleet = fleet;
        this.stores = stores;
        this.secrets = secrets;
        this.workers = workers;
        this.config = config;
        this.work = work.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /**
     * Streams until the declaration changes.
     *
     * @return why it broke; empty when it was stopped because something else is declared by now
     * @throws dev.lifeboat.platform.operations.LeaseLost when another instance follows the stream, or this one is stopped
     */
    Optional<StreamFaults.Broken> follow(OperationContext context, ClusterStream stream, StreamPlan plan)
            throws IOException, InterruptedException {
        Spool spool = new Spool(work, plan.clusterId(), context.epoch());
        WalReceiverSettings settings = plan.receiver(
                plan.server(secrets::resolve),
                stream,
                spool.prepare(),
                config.spoolBytes(),
                stream.acceptGap() || plan.mayDrop());
        ServerSlots slots = new ServerSlots(settings.server(), stream.slot());
        if (settings.skipGap()) {
            slots.dropLost();
        }
        try (ObjectStore store = stores.open(plan.store());
                SlotWatch watch = new SlotWatch(plan, () -> slots, config.guardEvery())) {
            StreamTold told = new StreamTold(plan.cluster());
            WalReceiver receiver = new WalReceiver(settings, store, plan.folder(), workers, clock, told);
            Run run = new Run(context, plan, spool, slots, watch, told);
            return run.until(receiver);
        } finally {
            spool.clear();
        }
    }

    /** Gives the slots up: what the store does not have is lost, and the stream goes on behind it. */
    void giveUp(OperationContext context, ClusterStream stream, ServerSlots slots) {
        context.check();
        LOG.errorf("cluster %s: its slots are given up, so that the server's disk does not fill", stream.cluster());
        slots.drop();
        context.write(tx -> {
            streams.ask(tx, stream.clusterId(), true);
            return null;
        });
    }

    private enum Next {
        GO_ON,
        /** Something else is declared by now, or somebody asked. */
        STOP,
        /** The server's disk is worth more than what is not stored yet. */
        GIVE_UP
    }

    private final class Run {
        private final OperationContext context;
        private final StreamPlan plan;
        private final Spool spool;
        private final ServerSlots slots;
        private final SlotWatch watch;
        private final StreamTold told;
        private final long begun = System.nanoTime();
        private StoredBatch batch = StoredBatch.EMPTY;

        Run(
                OperationContext context,
                StreamPlan plan,
                Spool spool,
                ServerSlots slots,
                SlotWatch watch,
                StreamTold told) {
            this.context = context;
            this.plan = plan;
            this.spool = spool;
            this.slots = slots;
            this.watch = watch;
            this.told = told;
        }

        Optional<StreamFaults.Broken> until(WalReceiver receiver) throws InterruptedException {
            StopSignal stop = new StopSignal();
            CompletableFuture<WalOutcome> outcome = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform()
                    .daemon()
                    .name("wal-" + plan.cluster())
                    .start(() -> {
                        try {
                            outcome.complete(receiver.run(stop));
                        } catch (Throwable e) {
                            outcome.completeExceptionally(e);
                        }
                    });
            try {
                while (true) {
                    Optional<WalOutcome> ended = await(outcome, TICK);
                    if (ended.isPresent()) {
                        return over(ended.get());
                    }
                    context.check();
                    Next next = note();
                    if (next != Next.GO_ON) {
                        stop.stop();
                        Optional<StreamFaults.Broken> broken =
                                over(await(outcome, LAST_WORDS).orElseGet(() -> stuck(thread)));
                        if (next == Next.GIVE_UP) {
                            giveUp(context, context.write(this::mine), slots);
                        }
                        return broken;
                    }
                }
            } finally {
                stop.stop();
                if (await(outcome, LAST_WORDS).isEmpty()) {
                    thread.interrupt();
                }
            }
        }

        private WalOutcome stuck(Thread thread) {
            LOG.warnf("the receiver of cluster %s does not stop, and is interrupted", plan.cluster());
            thread.interrupt();
            return new WalOutcome.Stopped(Optional.empty());
        }

        private Optional<StreamFaults.Broken> over(WalOutcome outcome) {
            Gathered gathered = told.take();
            StoredBatch all = batch.and(gathered.stored());
            context.write(tx -> {
                ClusterStream now = mine(tx);
                notes.note(tx, now, plan.keys(), gathered, all, spool.bytes(), true);
                return null;
            });
            return switch (outcome) {
                case WalOutcome.Stopped stopped -> Optional.empty();
                case WalOutcome.Failed failed -> Optional.of(StreamFaults.Broken.of(failed));
            };
        }

        private Next note() {
            Gathered gathered = told.take();
            Optional<SlotGuard.Facts> facts = watch.take();
            Optional<SlotGuard.Decision> decision = facts.map(SlotGuard::decide);
            StoredBatch all = batch.and(gathered.stored());
            AtomicReference<StoredBatch> left = new AtomicReference<>(batch);
            try {
                boolean goesOn = context.write(tx -> {
                    ClusterStream now = mine(tx);
                    left.set(
                            notes.note(tx, now, plan.keys(), gathered, all, spool.bytes(), false)
                                    ? StoredBatch.EMPTY
                                    : all);
                    decision.ifPresent(what -> notes.guarded(tx, now, facts.orElseThrow(), what));
                    if (gathered.positions().isPresent()
                            && gathered.stalled().isEmpty()
                            && System.nanoTime() - begun > WELL.toNanos()) {
                        streams.healthy(tx, now.clusterId());
                    }
                    return !now.asked() && StreamPlan.of(tx, fleet, now).equals(Optional.of(plan));
                });
                batch = left.get();
                boolean dropped = decision.filter(what -> what.level() == SlotGuard.Level.DROPPED)
                        .isPresent();
                return dropped ? Next.GIVE_UP : goesOn ? Next.GO_ON : Next.STOP;
            } catch (RuntimeException e) {
                if (!DatabaseFaults.passes(e)) {
                    throw e;
                }
                // WAL goes on into the store; what there is to say is said when the database answers.
                LOG.debugf("cluster %s: its stream's state cannot be written: %s", plan.cluster(), e.getMessage());
                told.putBack(gathered);
                return Next.GO_ON;
            }
        }

        private ClusterStream mine(Handle tx) {
            return streams.followedBy(tx, context.id()).orElseThrow();
        }
    }

    private static Optional<WalOutcome> await(CompletableFuture<WalOutcome> outcome, Duration longest)
            throws InterruptedException {
        try {
            return Optional.of(outcome.get(longest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException notYet) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new StreamFaults.Broken(false, StreamFaults.unexpected(e.getCause()));
        }
    }
}
