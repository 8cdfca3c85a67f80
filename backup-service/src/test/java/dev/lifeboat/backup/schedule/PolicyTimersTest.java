package dev.lifeboat.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.fleet.Fleet.DeclaredCluster;
import dev.lifeboat.platform.schedule.Misfires;
import dev.lifeboat.platform.schedule.PolicyTimer.Timed;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyTimersTest {
    private static final BackupPolicy HOURLY = policy("hourly", "0 * * * *");
    private static final BackupPolicy NIGHTLY = policy("nightly", "30 3 * * *");
    private static final BackupPolicy BY_HAND = policy("by-hand", null);

    static Stream<Arguments> changes() {
        return Stream.of(
                // before, now, armed, disarmed
                Arguments.of(null, List.of(HOURLY, NIGHTLY), List.of("shop/hourly", "shop/nightly"), List.of()),
                Arguments.of(null, List.of(BY_HAND), List.of(), List.of()),
                Arguments.of(List.of(HOURLY), List.of(HOURLY), List.of("shop/hourly"), List.of()),
                Arguments.of(
                        List.of(HOURLY, NIGHTLY), List.of(NIGHTLY), List.of("shop/nightly"), List.of("shop/hourly")),
                Arguments.of(List.of(HOURLY), List.of(policy("hourly", null)), List.of(), List.of("shop/hourly")),
                Arguments.of(List.of(BY_HAND), List.of(), List.of(), List.of()),
                Arguments.of(
                        List.of(HOURLY, BY_HAND, NIGHTLY), null, List.of(), List.of("shop/hourly", "shop/nightly")));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeArmsWhatIsScheduledAndDisarmsWhatIsNotAnyMore(
            List<BackupPolicy> before, List<BackupPolicy> now, List<String> armed, List<String> disarmed) {
        PolicyTimers change = PolicyTimers.change(cluster(before), cluster(now));

        assertThat(change.arm()).extracting(Timed::key).containsExactlyElementsOf(armed);
        assertThat(change.disarm()).containsExactlyElementsOf(disarmed);
    }

    @Test
    void aTimerIsWhatThePolicySays() {
        BackupPolicy policy = new BackupPolicy(
                "nightly",
                "dump",
                null,
                null,
                "custom",
                1,
                "off",
                "30 3 * * *",
                "Europe/Berlin",
                Duration.ofMinutes(10),
                "skip",
                null);

        Timed timed = PolicyTimers.change(Optional.empty(), cluster(List.of(policy)))
                .arm()
                .getFirst();

        assertThat(timed.cron()).isEqualTo("30 3 * * *");
        assertThat(timed.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(timed.misfire()).isEqualTo(Misfires.Policy.SKIP);
        assertThat(timed.offset()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(10));
        assertThat(timed.owner()).isEqualTo(PolicyTimers.OWNER);
        assertThat(PolicyTimers.Key.of(timed.key())).isEqualTo(new PolicyTimers.Key("shop", "nightly"));
    }

    private static Optional<DeclaredCluster> cluster(List<BackupPolicy> policies) {
        return Optional.ofNullable(policies)
                .map(backups -> new DeclaredCluster(
                        new UUID(0, 1),
                        1,
                        new ClusterSpec(
                                "shop", null, null, null, List.of("east"), null, backups, List.of(), List.of())));
    }

    private static BackupPolicy policy(String name, String schedule) {
        return new BackupPolicy(
                name,
                "dump",
                null,
                null,
                "custom",
                1,
                "off",
                schedule,
                schedule == null ? null : "UTC",
                null,
                schedule == null ? null : "run-once",
                null);
    }
}
