package dev.lifeboat.backup.schedule;

import dev.lifeboat.backup.backup.BackupRequests;
import dev.lifeboat.backup.backup.BackupRequests.Scheduled;
import dev.lifeboat.backup.backup.BackupRequests.Wanted;
import dev.lifeboat.backup.fleet.DeclarationListener;
import dev.lifeboat.backup.fleet.Fleet;
import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.problem.Problem;
import dev.lifeboat.platform.schedule.PolicyTimer;
import dev.lifeboat.platform.schedule.PolicyTimerHandler;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Keeps a timer for each backup policy with a schedule, armed in the commit that declares it, and asks for a backup when
 * one is due. A run that was due and will not be made up for is recorded as skipped, so that what was due adds up.
 */
@ApplicationScoped
class BackupSchedules implements DeclarationListener, PolicyTimerHandler {
    private static final Logger LOG = Logger.getLogger(BackupSchedules.class);

    private final Fleet fleet;
    private final BackupRequests requests;
    // looked up late: the timer itself is given every handler, this one too
    private final Instance<PolicyTimer> timer;

    BackupSchedules(Fleet fleet, BackupRequests requests, Instance<PolicyTimer> timer) {
        this.fleet = fleet;
        this.requests = requests;
        this.timer = timer;
    }

    @Override
    public void declared(Handle transaction, Optional<DeclaredCluster> before, DeclaredCluster now) {
        apply(transaction, PolicyTimers.change(before, Optional.of(now)));
    }

    @Override
    public void removed(Handle transaction, DeclaredCluster before) {
        apply(transaction, PolicyTimers.change(Optional.of(before), Optional.empty()));
    }

    private void apply(Handle transaction, PolicyTimers change) {
        change.disarm().forEach(key -> timer.get().disarm(transaction, key));
        change.arm().forEach(timed -> timer.get().arm(transaction, timed));
    }

    @Override
    public String owner() {
        return PolicyTimers.OWNER;
    }

    @Override
    public void due(String policyKey, Instant dueAt, Handle transaction) {
        wanted(transaction, policyKey).ifPresent(wanted -> {
            try {
                Scheduled run = requests.schedule(transaction, wanted, dueAt);
                LOG.infof(
                        "policy %s, due at %s: backup %s%s",
                        policyKey, dueAt, run.backupId(), run.skipped() ? " skipped" : "");
            } catch (Problem problem) {
                // What cannot be asked for today will not be possible at the next attempt of the same run.
                LOG.errorf(
                        "policy %s, due at %s, cannot run: %s %s",
                        policyKey,
                        dueAt,
                        problem.failure().code(),
                        problem.failure().message());
                requests.miss(
                        transaction,
                        wanted,
                        dueAt,
                        "missed: " + problem.failure().code() + ": "
                                + problem.failure().message());
            }
        });
    }

    @Override
    public void missed(String policyKey, List<Instant> dueAt, Handle transaction) {
        wanted(transaction, policyKey).ifPresent(wanted -> {
            String rule = "skip".equals(wanted.policy().misfire())
                    ? "late runs are skipped (misfire: skip)"
                    : "only the newest is made up for (misfire: run-once)";
            dueAt.forEach(moment ->
                    requests.miss(transaction, wanted, moment, "missed: nobody could begin it in time, and " + rule));
        });
    }

    /** The policy as it is declared now; empty when it was removed, which also disarms it. */
    private Optional<Wanted> wanted(Handle transaction, String policyKey) {
        PolicyTimers.Key key = PolicyTimers.Key.of(policyKey);
        Optional<BackupPolicy> policy = fleet.cluster(transaction, key.cluster())
                .flatMap(cluster -> cluster.spec().backups().stream()
                        .filter(declared -> declared.name().equals(key.policy()))
                        .findFirst());
        if (policy.isEmpty()) {
            LOG.warnf("policy %s is due and not declared any more", policyKey);
        }
        return policy.map(declared -> new Wanted(key.cluster(), declared, "policy/" + policyKey));
    }
}
