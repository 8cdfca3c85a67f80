package dev.lifeboat.restore.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.schedule.PolicyTimer;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.restore.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.restore.recovery.RecoveryRequests;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.event.Topic;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryRequested;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Drill policies: armed by the declaration, run once for each moment, skipped while one is going on. */
@QuarkusTest
@QuarkusTestResource(RealParts.class)
class DrillScheduleIT {
    @Inject
    Database database;

    @Inject
    PolicyTimer timer;

    @Inject
    RecoveryRequests requests;

    @Inject
    Fleet fleet;

    private final Events events = new Events();
    private final Shop shop = Shop.shared();
    private final String cluster = "scheduled-" + Long.toHexString(System.nanoTime());

    @Test
    void theDeclarationArmsAndDisarms() {
        UUID clusterId = shop.declare(events, cluster, List.of(policy("weekly", "0 5 * * 0"), policy("by-hand", null)));
        Instant sunday = awaitNextDue(clusterId, "weekly", Optional::isPresent).orElseThrow();
        assertThat(sunday.atZone(java.time.ZoneOffset.UTC).getHour()).isEqualTo(5);
        assertThat(nextDue(clusterId, "by-hand")).isEmpty();

        shop.declare(events, clusterId, cluster, 2, List.of(policy("daily", "0 6 * * *")));
        awaitNextDue(clusterId, "daily", Optional::isPresent);
        assertThat(nextDue(clusterId, "weekly")).isEmpty();

        // An older declaration comes late, and changes nothing.
        shop.declare(events, clusterId, cluster, 1, List.of(policy("weekly", "0 5 * * 0")));
        events.say(
                Keys.cluster(cluster),
                "cluster/" + cluster,
                clusterId,
                3,
                new FleetEvent.ClusterRemoved(clusterId, cluster));
        awaitNextDue(clusterId, "daily", Optional::isEmpty);
        assertThat(nextDue(clusterId, "weekly")).isEmpty();
    }

    @Test
    void aMomentIsRunOnceAndSkippedWhileOneIsGoingOn() {
        UUID clusterId = shop.declare(events, cluster, List.of(policy("nightly", "0 5 * * *")));
        awaitNextDue(clusterId, "nightly", Optional::isPresent);
        Instant first = Instant.now().truncatedTo(ChronoUnit.MINUTES);
        Instant second = first.plus(1, ChronoUnit.MINUTES);

        schedule(first);
        schedule(first);
        schedule(second);
        schedule(second);

        RecoverySkipped skipped = events.await(Topic.RECOVERIES, cluster, RecoverySkipped.class, each -> true);
        assertThat(skipped.dueAt()).isEqualTo(second);
        assertThat(skipped.policy()).isEqualTo("nightly");
        assertThat(events.said(Topic.RECOVERIES, cluster, RecoverySkipped.class))
                .hasSize(1);
        List<RecoveryRequested> requested = events.said(Topic.RECOVERIES, cluster, RecoveryRequested.class);
        assertThat(requested).hasSize(1);
        assertThat(requested.getFirst().dueAt()).isEqualTo(first);
        assertThat(requested.getFirst().requestedBy()).isEqualTo("policy/" + cluster + "/nightly");
        // There is no backup: the run ends, and the next one is not skipped.
        Api.awaitEnd(requested.getFirst().recoveryId().toString());
        schedule(second.plus(1, ChronoUnit.MINUTES));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> events.said(Topic.RECOVERIES, cluster, RecoveryRequested.class)
                                .size()
                        == 2);
    }

    private void schedule(Instant dueAt) {
        database.useTransaction(tx -> {
            DeclaredCluster declared = fleet.cluster(tx, cluster).orElseThrow();
            requests.schedule(tx, declared, declared.spec().drills().getFirst(), dueAt);
        });
    }

    private Optional<Instant> awaitNextDue(
            UUID clusterId, String policy, java.util.function.Predicate<Optional<Instant>> wanted) {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> nextDue(clusterId, policy), wanted);
    }

    private Optional<Instant> nextDue(UUID clusterId, String policy) {
        return database.inTransaction(tx -> timer.nextDue(tx, clusterId + "/" + policy));
    }

    private static DrillPolicy policy(String name, String schedule) {
        return new DrillPolicy(name, "restore-test", "dump", "east", Target.latest(), schedule, "UTC", null, null);
    }
}
