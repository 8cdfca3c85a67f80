package dev.lifeboat.backup.restorepoint;

import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.backup.fleet.Fleet.DeclaredRepository;
import dev.lifeboat.backup.restorepoint.RestorePoint.Place;
import dev.lifeboat.backup.restorepoint.RestorePoint.State;
import dev.lifeboat.backup.window.WalPresence;
import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.operations.OperationHandler;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.platform.postgres.PostgresFault;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.RestorePointCreated;
import dev.lifeboat.schemas.event.Keys;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Makes a restore point and follows it into the stores. The server is asked once: that a name is in WAL cannot be undone, so
 * an owner that was lost between asking and writing down what came of it leaves a restore point that failed as uncertain.
 */
@ApplicationScoped
class RestorePointOperation implements OperationHandler {
    /** Name of this kind of work. */
    static final String KIND = "restore-point";

    private static final Logger LOG = Logger.getLogger(RestorePointOperation.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final int LOOKS = 20;
    private static final Duration REST = Duration.ofSeconds(5);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(10);
    private static final int TRIES = 6;

    private final Database database;
    private final Fleet fleet;
    private final RestorePoints points;
    private final PrimarySession primary;
    private final WalPresence presence;
    private final Outbox outbox;
    private final InstantSource clock;

    RestorePointOperation(
            Database database,
            Fleet fleet,
            RestorePoints points,
            PrimarySession primary,
            WalPresence presence,
            Outbox outbox,
            InstantSource clock) {
        this.database = database;
        this.fleet = fleet;
        this.points = points;
        this.primary = primary;
        this.presence = presence;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public int capPerCluster() {
        return 4;
    }

    private record Work(RestorePoint point, DeclaredCluster cluster, List<DeclaredRepository> repositories) {}

    @Override
    public Step run(OperationContext context) throws Exception {
        Optional<Work> found = database.inTransaction(transaction -> work(transaction, context.id()));
        if (found.isEmpty()) {
            return new Step.Failed(new Failure(
                    "restore-point.not-declared",
                    "The cluster is not declared any more, or keeps no WAL.",
                    "a declared cluster with wal.mode archive or stream",
                    context.cluster(),
                    "Declare it, and ask for another restore point."));
        }
        Work work = found.get();
        return switch (work.point().state()) {
            case REQUESTED -> {
                Optional<Failure> obstacle = primary.obstacle(work.cluster().spec());
                if (obstacle.isPresent()) {
                    yield new Step.Failed(obstacle.get());
                }
                context.write(transaction -> {
                    points.creating(transaction, context.id());
                    return null;
                });
                Place place = primary.create(work.cluster().spec(), work.point().name());
                context.write(transaction -> {
                    points.created(transaction, context.id(), place);
                    return null;
                });
                yield follow(context, work, place);
            }
            case CREATING -> new Step.Failed(uncertain(work.point().name()));
            case CREATED, DURABLE -> follow(context, work, work.point().place().orElseThrow());
            case FAILED -> Step.done();
        };
    }

    private Optional<Work> work(Handle transaction, UUID id) {
        return points.find(transaction, id)
                .flatMap(point -> fleet.cluster(transaction, point.cluster())
                        .filter(cluster -> cluster.id().equals(point.clusterId()))
                        .map(cluster -> new Work(
                                point,
                                cluster,
                                WalPresence.repositories(cluster.spec()).stream()
                                        .flatMap(name -> fleet.repository(transaction, name).stream())
                                        .toList())))
                .filter(work -> !work.repositories().isEmpty());
    }

    /** Gets it out of the server, and looks into each store until all have it. */
    private Step follow(OperationContext context, Work work, Place place) throws InterruptedException {
        long segmentBytes = primary.forceOut(work.cluster().spec());
        List<String> known = new ArrayList<>(work.point().durableIn());
        for (int look = 0; look < LOOKS; look++) {
            context.check();
            List<String> now = new ArrayList<>();
            for (DeclaredRepository repository : work.repositories()) {
                if (known.contains(repository.spec().name()) || holds(work, repository, place, segmentBytes)) {
                    now.add(repository.spec().name());
                }
            }
            if (now.size() > known.size()) {
                boolean first = known.isEmpty();
                context.write(transaction -> durable(transaction, work.point(), place, now, first));
                known = now;
            }
            if (known.size() == work.repositories().size()) {
                return Step.done();
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return Step.waitFor(REST);
    }

    private boolean holds(Work work, DeclaredRepository repository, Place place, long segmentBytes) {
        try {
            return presence.holds(work.cluster(), repository, place.timeline(), place.lsn(), segmentBytes);
        } catch (StoreException away) {
            LOG.debugf(
                    "whether %s has the restore point %s is not known: %s",
                    repository.spec().name(), work.point().name(), away.getMessage());
            return false;
        }
    }

    private Void durable(
            Handle transaction, RestorePoint point, Place place, List<String> repositories, boolean first) {
        points.durable(transaction, point.id(), repositories, clock.instant());
        if (first) {
            outbox.publish(
                    transaction,
                    new Publication(
                            Keys.cluster(point.cluster()),
                            "restore-point/" + point.id(),
                            point.clusterId(),
                            1,
                            new RestorePointCreated(
                                    point.id(),
                                    point.cluster(),
                                    point.name(),
                                    place.lsn().toString(),
                                    place.timeline(),
                                    place.at(),
                                    clock.instant(),
                                    List.copyOf(repositories),
                                    point.requestedBy())));
        }
        return null;
    }

    private static Failure uncertain(String name) {
        return new Failure(
                "restore-point.uncertain",
                "Whether the restore point was made is not known: the service ended while the server was asked.",
                "the server's answer",
                null,
                "Ask for another one under another name: " + name + " may be in the WAL already, and recovery stops at"
                        + " the first of that name.");
    }

    @Override
    public Step explain(Throwable thrown, OperationContext context) {
        State state = database.inTransaction(transaction -> points.find(transaction, context.id()))
                .map(RestorePoint::state)
                .orElse(State.FAILED);
        PostgresFault fault = PostgresFault.classify(thrown);
        return switch (state) {
            case REQUESTED ->
                context.attempt() < TRIES
                        ? new Step.RetryAfter(AFTER_TROUBLE, fault.failure())
                        : new Step.Failed(fault.failure());
            // What the server refused was not made; where its answer was lost, nobody knows.
            case CREATING -> new Step.Failed(fault.retryable() ? uncertain("its name") : fault.failure());
            case CREATED, DURABLE -> new Step.RetryAfter(AFTER_TROUBLE, fault.failure());
            case FAILED -> new Step.Failed(fault.failure());
        };
    }

    @Override
    public void ended(Handle transaction, OperationContext context, Ending ending, Failure failure) {
        points.failed(transaction, context.id(), failure);
    }
}
