package dev.lifeboat.verifier.it;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lifeboat.platform.auth.Roles;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.event.EventData;
import dev.lifeboat.schemas.event.Keys;
import dev.lifeboat.schemas.fleet.FleetEvent;
import dev.lifeboat.schemas.wal.WalEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What backup-service tells of a cluster's WAL is a finding for as long as it is so. */
@QuarkusTest
@QuarkusTestResource(VerifierParts.class)
class WalFindingsIT {
    private static final Instant NOW = Instant.parse("2026-11-21T07:01:10Z");

    private final Events events = new Events();
    private final String cluster = "wal-" + Long.toHexString(System.nanoTime());
    private final UUID clusterId = UUID.randomUUID();
    private final UUID gapId = UUID.randomUUID();

    @Test
    void walThatIsStuckOrLostIsAFindingUntilItIsNot() {
        stream(1, new WalEvent.ShippingStalled(cluster, "east", false, "0/3000000", NOW, failure("Away.")));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().equals(
                        List.of("wal.stalled:warning:WAL of " + cluster + " does not get into east: Away.")));
        stream(2, new WalEvent.ShippingResumed(cluster, "east", "0/4000000", NOW, NOW));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().isEmpty());

        stream(3, guarded("warning"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> open().equals(List.of("wal.retained-on-server:warning:Much.")));
        stream(4, guarded("critical"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> open().equals(List.of("wal.retained-on-server:critical:Much.")));
        stream(5, guarded("dropped"));
        say(
                "wal-gap/" + gapId,
                1,
                new WalEvent.GapFound(
                        gapId,
                        cluster,
                        "east",
                        1,
                        "0/4000000",
                        "0/9000000",
                        NOW,
                        "wal.lost-before-stored",
                        "Lost.",
                        "Back up."));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().equals(List.of("wal.gap:critical:Lost.")));

        // Late, and told twice: changes nothing.
        stream(1, new WalEvent.ShippingStalled(cluster, "east", true, "0/3000000", NOW, failure("Late.")));
        stream(6, new WalEvent.ShippingStalled(cluster, "east", true, "0/3000000", NOW, failure("Blocked.")));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().size() == 2);
        assertThat(open()).noneMatch(finding -> finding.contains("Late"));

        say("cluster/" + cluster, 9, new FleetEvent.ClusterRemoved(clusterId, cluster));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().equals(List.of("wal.gap:critical:Lost.")));
        say(
                "wal-gap/" + gapId,
                2,
                new WalEvent.GapClosed(gapId, cluster, "east", 1, "0/4000000", "0/9000000", NOW, "wal.gap-not-needed"));
        await().atMost(Duration.ofMinutes(1)).until(() -> open().isEmpty());
    }

    private void stream(long version, WalEvent event) {
        say("wal/" + clusterId, version, event);
    }

    private void say(String subject, long version, EventData data) {
        events.say(Keys.cluster(cluster), subject, clusterId, version, data);
    }

    private WalEvent guarded(String level) {
        return new WalEvent.SlotGuarded(cluster, "slot", level, 90, 100, "declaration", NOW, "Much.", "Look.");
    }

    private static Failure failure(String message) {
        return new Failure("store.unreachable", message, null, null, "Wait.");
    }

    private List<String> open() {
        List<Map<String, String>> found = given().header("Authorization", "Bearer " + VerifierParts.token(Roles.VIEWER))
                .get("/api/v1/findings?cluster=" + cluster + "&open=true")
                .jsonPath()
                .getList("items");
        return found.stream()
                .filter(finding -> finding.get("closedAt") == null)
                .map(finding -> finding.get("code") + ":" + finding.get("severity") + ":" + finding.get("message"))
                .toList();
    }
}
