package dev.lifeboat.backup.retention;

import dev.lifeboat.backup.backup.Backup;
import dev.lifeboat.backup.backup.CompletionListener;
import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.correlation.Correlation;
import dev.lifeboat.platform.operations.Operations;
import dev.lifeboat.platform.schedule.Misfires;
import dev.lifeboat.platform.schedule.PolicyTimer;
import dev.lifeboat.platform.schedule.PolicyTimerHandler;
import dev.lifeboat.platform.schedule.Schedule;
import dev.lifeboat.platform.time.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Wants runs of retention: in the commit that completes a backup, once a day for what grows too old, and when somebody
 * asks. Of a cluster without any rule only when somebody asks.
 */
@ApplicationScoped
class RetentionRequests implements CompletionListener, DeclarationListener, PolicyTimerHandler {
    static final String OWNER = "retention";

    private static final Logger LOG = Logger.getLogger(RetentionRequests.class);
    private static final String DAILY = "0 4 * * *";
    private static final Duration SPREAD = Duration.ofHours(2);
    /** No policy has such a name. */
    private static final String SUFFIX = "/~retention";

    private final RetentionRuns runs;
    private final Fleet fleet;
    private final Operations operations;
    // looked up late: the timer itself is given every handler, this one too
    private final Instance<PolicyTimer> timer;
    private final InstantSource clock;
    private final Ids ids;

    RetentionRequests(
            RetentionRuns runs,
            Fleet fleet,
            Operations operations,
            Instance<PolicyTimer> timer,
            InstantSource clock,
            Ids ids) {
        this.runs = runs;
        this.fleet = fleet;
        this.operations = operations;
        this.timer = timer;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Wants a run, in the caller's transaction. If one has not ended, that one is meant: it looks at all that is committed
     * before it ends.
     *
     * @return the run's id
     */
    UUID request(Handle transaction, DeclaredCluster cluster, String requestedBy, String trigger) {
        while (true) {
            RetentionRun wanted = new RetentionRun(
                    ids.next(),
                    cluster.id(),
                    cluster.spec().name(),
                    clock.instant(),
                    requestedBy,
                    trigger,
                    new RunState.Requested());
            if (runs.add(transaction, wanted)) {
                operations.submit(
                        transaction,
                        new Operations.Request(wanted.id(), RetentionOperation.KIND, wanted.cluster(), null));
                return wanted.id();
            }
            Optional<RetentionRun> active = runs.lockActive(transaction, cluster.id());
            if (active.isPresent()) {
                return active.get().id();
            }
        }
    }

    @Override
    public void completed(Handle transaction, Backup backup) {
        declared(transaction, backup.cluster())
                .filter(cluster -> cluster.id().equals(backup.clusterId()))
                .ifPresent(cluster -> byPolicy(transaction, cluster, "backup/" + backup.id()));
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        String key = now.spec().name() + SUFFIX;
        if (RetentionRules.of(now.spec()).isEmpty()) {
            timer.get().disarm(transaction, key);
        } else {
            timer.get()
                    .arm(
                            transaction,
                            new PolicyTimer.Timed(
                                    key,
                                    OWNER,
                                    DAILY,
                                    ZoneOffset.UTC,
                                    Schedule.offset(key, SPREAD),
                                    Misfires.Policy.RUN_ONCE,
                                    PolicyTimer.USUAL_GRACE));
        }
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        timer.get().disarm(transaction, before.spec().name() + SUFFIX);
    }

    @Override
    public String owner() {
        return OWNER;
    }

    @Override
    public void due(String policyKey, Instant dueAt, Handle transaction) {
        declared(transaction, policyKey.substring(0, policyKey.length() - SUFFIX.length()))
                .ifPresent(cluster -> byPolicy(transaction, cluster, "schedule"));
    }

    @Override
    public void missed(String policyKey, List<Instant> dueAt, Handle transaction) {
        // Each run looks at everything: the next one makes up for all that were missed.
        LOG.debugf("%s: %d runs were missed", policyKey, dueAt.size());
    }

    private Optional<DeclaredCluster> declared(Handle transaction, String name) {
        return fleet.cluster(transaction, name)
                .filter(cluster -> !RetentionRules.of(cluster.spec()).isEmpty());
    }

    /** Whoever asked for the backup did not ask for removals: those are the declaration's. */
    private void byPolicy(Handle transaction, DeclaredCluster cluster, String trigger) {
        String actor = "policy/" + cluster.spec().name() + SUFFIX;
        Correlation before = Correlation.current().orElse(null);
        Correlation.bind(
                before == null
                        ? new Correlation(ids.next().toString(), null, actor, null)
                        : new Correlation(before.correlationId(), before.causationId(), actor, before.traceparent()));
        try {
            request(transaction, cluster, actor, trigger);
        } finally {
            Correlation.bind(before);
        }
    }
}
