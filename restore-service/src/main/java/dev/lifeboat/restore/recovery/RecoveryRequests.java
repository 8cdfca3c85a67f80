package dev.lifeboat.restore.recovery;

import dev.lifeboat.platform.events.Outbox;
import dev.lifeboat.platform.events.Publication;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.postgres.RecoveryTargets;
import dev.lifeboat.platform.time.Ids;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.fleet.ClusterSpec.Objectives;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryRequested;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jdbi.v3.core.Handle;

/** Where recoveries are asked for, by a person's request or by a schedule: row, event and operation in one commit. */
@ApplicationScoped
public class RecoveryRequests {
    /** The operation that carries a recovery out. */
    public static final String OPERATION = "recovery";

    private final Recoveries recoveries;
    private final Phases phases;
    private final Operations operations;
    private final Outbox outbox;
    private final Ids ids;
    private final InstantSource clock;
    private final Duration deadline;

    RecoveryRequests(
            Recoveries recoveries,
            Phases phases,
            Operations operations,
            Outbox outbox,
            Ids ids,
            InstantSource clock,
            @ConfigProperty(name = "lifeboat.recovery.deadline", defaultValue = "PT12H") Duration deadline) {
        this.recoveries = recoveries;
        this.phases = phases;
        this.operations = operations;
        this.outbox = outbox;
        this.ids = ids;
        this.clock = clock;
        this.deadline = deadline;
    }

    /**
     * What is wanted, before it has an identity.
     *
     * @param method null when the named backup shall say it
     * @param repository null for any of the cluster's
     * @param policy null by request
     */
    public record Order(
            String kind,
            String method,
            String repository,
            UUID backupId,
            Target target,
            Duration keep,
            String policy,
            Instant dueAt,
            String requestedBy) {}

    /** Wants a recovery by a person's request. */
    public UUID request(Handle transaction, DeclaredCluster cluster, Order order) {
        return request(transaction, cluster, order, ids.next());
    }

    /** The same, with an identity that was told already. */
    public UUID request(Handle transaction, DeclaredCluster cluster, Order order, UUID id) {
        Wanted wanted = wanted(cluster, order, id);
        if (!recoveries.insert(transaction, wanted)) {
            throw new IllegalStateException("a fresh id is taken: " + wanted.recoveryId());
        }
        begin(transaction, wanted);
        return wanted.recoveryId();
    }

    /**
     * A scheduled run. A second call for the same run changes nothing. While a run of the same policy is active, this one
     * is recorded as skipped.
     */
    public void schedule(Handle transaction, DeclaredCluster cluster, DrillPolicy policy, Instant dueAt) {
        Wanted wanted = wanted(
                cluster,
                new Order(
                        policy.kind(),
                        policy.method(),
                        policy.repository(),
                        null,
                        policy.target() == null ? Target.latest() : policy.target(),
                        null,
                        policy.name(),
                        dueAt,
                        "policy/" + cluster.spec().name() + "/" + policy.name()));
        if (recoveries.insert(transaction, wanted)) {
            begin(transaction, wanted);
        } else if (recoveries
                .ofRun(transaction, cluster.id(), policy.name(), dueAt)
                .isEmpty()) {
            skip(transaction, wanted, "a run of the same policy is still going on");
        }
    }

    /** An order with an identity, a time and what was declared then; nothing is written. */
    public Wanted wanted(DeclaredCluster cluster, Order order) {
        return wanted(cluster, order, ids.next());
    }

    private Wanted wanted(DeclaredCluster cluster, Order order, UUID id) {
        Objectives objectives = cluster.spec().objectives();
        return new Wanted(
                id,
                cluster.id(),
                cluster.spec().name(),
                order.kind(),
                order.method(),
                order.repository(),
                cluster.spec().repositories(),
                order.backupId(),
                seeded(order.target(), id),
                order.keep(),
                order.policy(),
                cluster.version(),
                order.dueAt(),
                clock.instant(),
                order.requestedBy(),
                objectives == null ? null : objectives.rto(),
                objectives == null ? null : objectives.rpo(),
                ChecksDigest.of(cluster.spec().checks()));
    }

    /** A moment that shall be drawn gets a seed of its own here, unless it has one: it is told from the beginning. */
    private static Target seeded(Target target, UUID id) {
        return target.type().equals("random") && target.seed() == null
                ? new Target(
                        target.type(),
                        target.value(),
                        target.inclusive(),
                        target.timeline(),
                        id.getLeastSignificantBits() & RecoveryTargets.LARGEST_SEED)
                : target;
    }

    private void begin(Handle transaction, Wanted wanted) {
        phases.enter(transaction, wanted.recoveryId(), 0, PhaseName.QUEUED, wanted.requestedAt());
        outbox.publish(
                transaction,
                publication(
                        wanted,
                        1,
                        new RecoveryRequested(
                                wanted.recoveryId(),
                                wanted.cluster(),
                                wanted.kind(),
                                wanted.methodTold(),
                                wanted.repository(),
                                wanted.backupId(),
                                wanted.target(),
                                wanted.policy(),
                                wanted.policyVersion(),
                                wanted.dueAt(),
                                wanted.requestedAt(),
                                wanted.requestedBy())));
        Duration keep = wanted.keep() == null ? Duration.ZERO : wanted.keep();
        operations.submit(
                transaction,
                new Operations.Request(
                        wanted.recoveryId(),
                        OPERATION,
                        wanted.cluster(),
                        wanted.requestedAt().plus(deadline).plus(keep)));
    }

    private void skip(Handle transaction, Wanted wanted, String reason) {
        boolean fresh = transaction
                        .createUpdate(
                                """
                                insert into recovery_skipped (id, cluster_id, policy, due_at, reason, skipped_at)
                                values (:id, :cluster, :policy, :due, :reason, :now) on conflict do nothing
                                """)
                        .bind("id", wanted.recoveryId())
                        .bind("cluster", wanted.clusterId())
                        .bind("policy", wanted.policy())
                        .bind("due", Timestamp.from(wanted.dueAt()))
                        .bind("reason", reason)
                        .bind("now", Timestamp.from(wanted.requestedAt()))
                        .execute()
                == 1;
        if (fresh) {
            outbox.publish(
                    transaction,
                    publication(
                            wanted,
                            1,
                            new RecoverySkipped(
                                    wanted.recoveryId(),
                                    wanted.cluster(),
                                    wanted.kind(),
                                    wanted.methodTold(),
                                    wanted.policy(),
                                    wanted.dueAt(),
                                    wanted.requestedAt(),
                                    reason)));
        }
    }

    /** An event of a recovery, keyed by its cluster. */
    public static Publication publication(Wanted wanted, long version, dev.lifeboat.schemas.event.EventData data) {
        return new Publication(
                Keys.cluster(wanted.cluster()), "recovery/" + wanted.recoveryId(), wanted.clusterId(), version, data);
    }
}
