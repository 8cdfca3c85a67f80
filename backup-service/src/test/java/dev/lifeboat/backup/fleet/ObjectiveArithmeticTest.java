package dev.lifeboat.backup.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.ClusterSpec.WalSpec;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectiveArithmeticTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    # rpo   | mode    | maxLag | archive_timeout | policies                    | code                          | arithmetic
                    PT1M    | none    | -      | 0               | dump@30 3 * * *             | objective.rpo-not-reachable   | up to PT24H
                    PT24H   | none    | -      | 0               | dump@30 3 * * *             | -                             | -
                    PT1H    | none    | -      | 0               | dump@0 * * * *,dump@30 3 * * * | -                          | -
                    PT12H   | none    | -      | 0               | dump@0 8-16 * * *           | objective.rpo-not-reachable   | up to PT16H
                    PT24H   | none    | -      | 0               | dump                        | objective.rpo-not-reachable   | by request only
                    PT24H   | none    | -      | 0               | dump@0 0 29 2 *             | objective.rpo-not-reachable   | once in a year
                    PT24H   | none    | -      | 0               | -                           | objective.rpo-not-reachable   | no backup is declared
                    PT1M    | archive | -      | 60              | pgbackrest@0 2 * * 0        | -                             | -
                    PT1M    | archive | -      | 61              | pgbackrest@0 2 * * 0        | objective.rpo-not-reachable   | archive_timeout = PT1M1S
                    PT1M    | archive | -      | 0               | pgbackrest@0 2 * * 0        | objective.rpo-not-known       | archive_timeout = 0
                    PT1M    | archive | -      | -               | pgbackrest@0 2 * * 0        | objective.rpo-not-known       | was not asked
                    PT1M    | archive | -      | 60              | dump@30 3 * * *             | objective.rpo-not-reachable   | no backup of method pgbackrest
                    PT1M    | stream  | -      | 0               | physical@0 2 * * 0          | -                             | -
                    PT1M    | stream  | PT2M   | 0               | physical@0 2 * * 0          | objective.rpo-not-reachable   | maxLag = PT2M
                    PT5S    | stream  | -      | 0               | physical@0 2 * * 0          | objective.rpo-not-reachable   | maxLag = PT10S
                    PT1M    | stream  | PT10S  | 0               | dump@30 3 * * *             | objective.rpo-not-reachable   | no backup of method physical
                    """)
    void theArithmeticOfWhatMayBeLost(
            Duration rpo,
            String mode,
            Duration maxLag,
            Integer timeout,
            String policies,
            String code,
            String arithmetic) {
        ClusterSpec cluster = cluster(new ClusterSpec.Objectives(rpo, null), new WalSpec(mode, null, maxLag), policies);

        List<Failure> warnings = ObjectiveArithmetic.warnings(
                cluster, Optional.ofNullable(timeout).map(Duration::ofSeconds), NOW);

        if (code == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).singleElement().satisfies(warning -> {
                assertThat(warning.code()).isEqualTo(code);
                assertThat(warning.found()).contains(arithmetic);
                assertThat(warning.expected()).contains(rpo.toString());
            });
        }
    }

    @Test
    void daylightSavingMakesANightLonger() {
        BackupPolicy nightly = policy("dump", "30 3 * * *", "Europe/Berlin");
        ClusterSpec cluster = cluster(
                new ClusterSpec.Objectives(Duration.ofHours(24), null),
                new WalSpec("none", null, null),
                List.of(nightly));

        assertThat(ObjectiveArithmetic.warnings(cluster, Optional.empty(), NOW))
                .singleElement()
                .satisfies(warning -> assertThat(warning.found()).contains("up to PT25H"));
    }

    @Test
    void anRtoThatNoDrillMeasuresIsWarnedAbout() {
        ClusterSpec.Objectives promised = new ClusterSpec.Objectives(null, Duration.ofMinutes(15));
        ClusterSpec none = cluster(promised, null, "dump@30 3 * * *");
        ClusterSpec nightly = new ClusterSpec(
                none.name(),
                none.connection(),
                null,
                promised,
                none.repositories(),
                null,
                none.backups(),
                List.of(new DrillPolicy("proof", "restore-test", "dump", null, null, "0 5 * * *", "UTC", null, null)),
                List.of());

        assertThat(ObjectiveArithmetic.warnings(none, Optional.empty(), NOW))
                .extracting(Failure::code)
                .containsExactly("objective.rto-not-measured");
        assertThat(ObjectiveArithmetic.warnings(nightly, Optional.empty(), NOW)).isEmpty();
    }

    private static ClusterSpec cluster(ClusterSpec.Objectives objectives, WalSpec wal, String policies) {
        return cluster(
                objectives,
                wal,
                policies == null
                        ? List.of()
                        : Stream.of(policies.split(","))
                                .map(text -> text.split("@", 2))
                                .map(parts -> policy(parts[0], parts.length > 1 ? parts[1] : null, "UTC"))
                                .toList());
    }

    private static ClusterSpec cluster(ClusterSpec.Objectives objectives, WalSpec wal, List<BackupPolicy> policies) {
        return new ClusterSpec(
                "shop",
                new ClusterSpec.Connection("db", 5432, "lifeboat", null, "prefer", "postgres", null, null),
                null,
                objectives,
                List.of("east"),
                wal,
                policies,
                List.of(),
                List.of());
    }

    private static BackupPolicy policy(String method, String schedule, String zone) {
        return new BackupPolicy(method, method, null, null, null, null, null, schedule, zone, null, null, null);
    }
}
