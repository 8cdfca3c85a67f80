package dev.lifeboat.restore.drill;

import dev.lifeboat.platform.schedule.Misfires;
import dev.lifeboat.platform.schedule.PolicyTimer;
import dev.lifeboat.platform.schedule.PolicyTimer.Timed;
import dev.lifeboat.platform.schedule.PolicyTimerHandler;
import dev.lifeboat.platform.schedule.Schedule;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.restore.fleet.FleetReadModel.DrillArming;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Drill policies and their timers: armed in the commit that takes the declaration. */
@ApplicationScoped
public class DrillSchedules implements DrillArming, PolicyTimerHandler {
    private static final Logger LOG = Logger.getLogger(DrillSchedules.class);
    private static final String OWNER = "drill-policy";

    private final Fleet fleet;
    private final RecoveryRequests requests;
    private final jakarta.enterprise.inject.Instance<PolicyTimer> timer;

    DrillSchedules(Fleet fleet, RecoveryRequests requests, jakarta.enterprise.inject.Instance<PolicyTimer> timer) {
        this.fleet = fleet;
        this.requests = requests;
        // The timer knows its handlers, of which this is one.
        this.timer = timer;
    }

    @Override
    public void arm(Handle transaction, DeclaredCluster cluster) {
        Set<String> wanted = new HashSet<>();
        List<DrillPolicy> drills =
                cluster.spec().drills() == null ? List.of() : cluster.spec().drills();
        for (DrillPolicy drill : drills) {
            if (drill.schedule() != null) {
                timer.get().arm(transaction, timed(cluster, drill));
                wanted.add(drill.name());
            }
        }
        armed(transaction, cluster.id()).stream()
                .filter(name -> !wanted.contains(name))
                .forEach(name -> drop(transaction, cluster.id(), name));
        wanted.forEach(name -> keep(transaction, cluster.id(), name));
    }

    @Override
    public void disarm(Handle transaction, UUID clusterId) {
        armed(transaction, clusterId).forEach(name -> drop(transaction, clusterId, name));
    }

    @Override
    public String owner() {
        return OWNER;
    }

    @Override
    public void due(String policyKey, Instant dueAt, Handle transaction) {
        UUID clusterId = UUID.fromString(policyKey.substring(0, 36));
        String name = policyKey.substring(37);
        Optional<DeclaredCluster> cluster = fleet.cluster(transaction, clusterId);
        Optional<DrillPolicy> policy = cluster.flatMap(declared -> declared.spec().drills().stream()
                .filter(drill -> drill.name().equals(name))
                .findFirst());
        if (policy.isEmpty()) {
            LOG.warnf("drill policy %s was due and is not declared any more", policyKey);
            return;
        }
        requests.schedule(transaction, cluster.get(), policy.get(), dueAt);
    }

    @Override
    public void missed(String policyKey, List<Instant> dueAt, Handle transaction) {
        // The verifier finds out by itself which runs were due, and raises what was missed.
        LOG.warnf(
                "drill policy %s: %d runs were missed, the first due at %s", policyKey, dueAt.size(), dueAt.getFirst());
    }

    private static Timed timed(DeclaredCluster cluster, DrillPolicy drill) {
        String key = key(cluster.id(), drill.name());
        return new Timed(
                key,
                OWNER,
                drill.schedule(),
                ZoneId.of(drill.timeZone() == null ? "UTC" : drill.timeZone()),
                Schedule.offset(cluster.spec().name() + "/" + drill.name(), drill.jitter()),
                "skip".equals(drill.misfire()) ? Misfires.Policy.SKIP : Misfires.Policy.RUN_ONCE,
                PolicyTimer.USUAL_GRACE);
    }

    private static String key(UUID clusterId, String policy) {
        return clusterId + "/" + policy;
    }

    private void drop(Handle transaction, UUID clusterId, String name) {
        timer.get().disarm(transaction, key(clusterId, name));
        transaction
                .createUpdate("delete from armed_drill where cluster_id = :cluster and policy = :policy")
                .bind("cluster", clusterId)
                .bind("policy", name)
                .execute();
    }

    private static void keep(Handle transaction, UUID clusterId, String name) {
        transaction
                .createUpdate("insert into armed_drill (cluster_id, policy) values (:cluster, :policy)"
                        + " on conflict do nothing")
                .bind("cluster", clusterId)
                .bind("policy", name)
                .execute();
    }

    private static List<String> armed(Handle transaction, UUID clusterId) {
        return transaction
                .createQuery("select policy from armed_drill where cluster_id = :cluster order by policy")
                .bind("cluster", clusterId)
                .mapTo(String.class)
                .list();
    }
}
