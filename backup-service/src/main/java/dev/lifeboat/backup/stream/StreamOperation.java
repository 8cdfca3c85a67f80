package dev.lifeboat.backup.stream;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.platform.database.DatabaseFaults;
import dev.lifeboat.platform.operations.LeaseLost;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresException;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Follows one cluster's stream for as long as it is declared: standing work, owned by one instance of the fleet. What breaks
 * is begun again with growing pauses, by whichever instance; what only somebody can mend waits long, and says so.
 */
@ApplicationScoped
public class StreamOperation implements OperationHandler {
    /** Name of this kind of work. */
    public static final String KIND = "wal-stream";

    private static final Logger LOG = Logger.getLogger(StreamOperation.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration DATABASE_AWAY = Duration.ofSeconds(2);

    private final Streams streams;
    private final StreamNotes notes;
    private final StreamRuns runs;
    private final Fleet fleet;
    private final SecretReferences secrets;
    private final StreamConfig config;
    private final InstantSource clock;

    StreamOperation(
            Streams streams,
            StreamNotes notes,
            StreamRuns runs,
            Fleet fleet,
            SecretReferences secrets,
            StreamConfig config,
            InstantSource clock) {
        this.streams = streams;
        this.notes = notes;
        this.runs = runs;
        this.fleet = fleet;
        this.secrets = secrets;
        this.config = config;
        this.clock = clock;
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
        context.check();
        Begun begun = context.write(transaction -> begin(transaction, context));
        if (begun.stream().isEmpty()) {
            return Step.done();
        }
        ClusterStream stream = begun.stream().get();
        if (begun.plan().isEmpty()) {
            return end(context, stream);
        }
        StreamPlan plan = begun.plan().get();
        if (!begun.tried()) {
            return stayBlocked(context, stream, plan);
        }
        Optional<StreamFaults.Broken> broken = runs.follow(context, stream, plan);
        if (broken.isEmpty()) {
            return Step.waitFor(Duration.ZERO);
        }
        guard(context, stream, plan);
        return broke(context, broken.get());
    }

    /** Until it is time to try again, somebody asks, or something else is declared; the server's disk is looked after. */
    private Step stayBlocked(OperationContext context, ClusterStream stream, StreamPlan plan)
            throws InterruptedException {
        long look = System.nanoTime();
        while (true) {
            context.check();
            if (System.nanoTime() - look >= 0) {
                guard(context, stream, plan);
                look = System.nanoTime() + config.guardEvery().toNanos();
            }
            boolean over = context.write(tx -> {
                ClusterStream now = streams.followedBy(tx, context.id()).orElseThrow();
                return !waits(now) || !StreamPlan.of(tx, fleet, now).equals(Optional.of(plan));
            });
            if (over) {
                return Step.waitFor(Duration.ZERO);
            }
            Thread.sleep(TICK);
        }
    }

    private boolean waits(ClusterStream stream) {
        return stream.state() == StreamState.BLOCKED
                && !stream.asked()
                && stream.retryAt().filter(clock.instant()::isBefore).isPresent();
    }

    /**
     * What is to be done.
     *
     * @param stream empty when another operation follows it by now, or it has ended
     * @param plan empty when it is not wanted any more
     * @param tried false while it is blocked and nothing changed
     */
    private record Begun(Optional<ClusterStream> stream, Optional<StreamPlan> plan, boolean tried) {}

    private Begun begin(Handle tx, OperationContext context) {
        Optional<ClusterStream> stream =
                streams.followedBy(tx, context.id()).filter(row -> row.state() != StreamState.ENDED);
        if (stream.isEmpty()) {
            return new Begun(stream, Optional.empty(), false);
        }
        Optional<StreamPlan> plan = StreamPlan.of(tx, fleet, stream.get());
        if (plan.isEmpty()) {
            streams.state(tx, stream.get().clusterId(), StreamState.ENDING, Optional.empty());
            return new Begun(stream, plan, false);
        }
        boolean waits = waits(stream.get());
        if (!waits) {
            streams.starting(tx, stream.get().clusterId());
        }
        return new Begun(stream, plan, !waits);
    }

    /** Not declared any more: its slots must not make the server keep WAL for nobody. What is stored stays. */
    private Step end(OperationContext context, ClusterStream stream) {
        context.write(tx -> StreamPlan.lastConnection(tx, fleet, stream))
                .map(connection -> new ServerSlots(StreamPlan.server(connection, secrets::resolve), stream.slot()))
                .ifPresent(slots -> LOG.infof("cluster %s: %d slots dropped", stream.cluster(), slots.drop()));
        return context.write(tx -> {
            if (StreamPlan.of(tx, fleet, stream).isPresent()) {
                // Declared again meanwhile.
                return Step.waitFor(Duration.ZERO);
            }
            streams.stalled(tx, stream.clusterId(), Optional.empty());
            streams.state(tx, stream.clusterId(), StreamState.ENDED, Optional.empty());
            return Step.done();
        });
    }

    /** While nobody takes its WAL, the server keeps it. */
    private void guard(OperationContext context, ClusterStream stream, StreamPlan plan) {
        try {
            ServerSlots slots = new ServerSlots(plan.server(secrets::resolve), stream.slot());
            SlotWatch.look(plan, slots).ifPresent(facts -> guarded(context, stream, slots, facts));
        } catch (PostgresException | SecretException unknown) {
            // It stays blocked for the reason that it is blocked for.
            LOG.debugf("cluster %s: what its slot keeps cannot be read: %s", stream.cluster(), unknown.getMessage());
        }
    }

    private void guarded(OperationContext context, ClusterStream stream, ServerSlots slots, SlotGuard.Facts facts) {
        SlotGuard.Decision decision = SlotGuard.decide(facts);
        if (decision.level() == SlotGuard.Level.DROPPED) {
            runs.giveUp(context, stream, slots);
        }
        context.write(tx -> {
            streams.followedBy(tx, context.id()).ifPresent(now -> notes.guarded(tx, now, facts, decision));
            return null;
        });
    }

    private Step broke(OperationContext context, StreamFaults.Broken broken) {
        return context.write(tx -> {
            ClusterStream stream = streams.followedBy(tx, context.id()).orElseThrow();
            int failures = stream.failures() + 1;
            Duration pause = StreamFaults.pause(broken.retryable(), failures, config.blockedPause());
            Instant at = clock.instant().plus(pause);
            if (!broken.retryable() || failures >= StreamFaults.WORTH_TELLING) {
                notes.tellStalled(tx, stream, broken.failure(), !broken.retryable());
            }
            streams.state(
                    tx,
                    stream.clusterId(),
                    broken.retryable() ? StreamState.RETRYING : StreamState.BLOCKED,
                    Optional.of(broken.failure()));
            streams.broke(tx, stream.clusterId(), failures, at);
            return new Step.RetryAfter(broken.retryable() ? pause : Duration.ZERO, broken.failure());
        });
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        if (DatabaseFaults.passes(thrown) && !(thrown instanceof PostgresException)) {
            return new Step.RetryAfter(DATABASE_AWAY, StreamFaults.databaseAway(thrown));
        }
        try {
            return broke(context, broken(thrown));
        } catch (LeaseLost e) {
            throw e;
        } catch (RuntimeException e) {
            // Standing work does not end because what became of it could not be written.
            LOG.warnf(e, "cluster %s: what broke its stream cannot be written down", context.cluster());
            return new Step.RetryAfter(DATABASE_AWAY, StreamFaults.databaseAway(e));
        }
    }

    private static StreamFaults.Broken broken(Throwable thrown) {
        return switch (thrown) {
            case StreamFaults.Broken broken -> broken;
            case PostgresException e ->
                new StreamFaults.Broken(e.fault().retryable(), e.fault().failure());
            case StoreException e ->
                new StreamFaults.Broken(e.fault().retryable(), e.fault().failure());
            case SecretException e -> new StreamFaults.Broken(false, e.failure());
            case IOException e -> new StreamFaults.Broken(true, StreamFaults.spool(e));
            default -> new StreamFaults.Broken(false, StreamFaults.unexpected(thrown));
        };
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        streams.followedBy(transaction, context.id())
                .ifPresent(stream ->
                        streams.state(transaction, stream.clusterId(), StreamState.ENDED, Optional.of(failure)));
    }
}
