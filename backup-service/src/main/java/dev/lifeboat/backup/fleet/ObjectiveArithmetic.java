package dev.lifeboat.backup.fleet;

import dev.lifeboat.platform.schedule.Schedule;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.BackupPolicy;
import dev.lifeboat.schemas.fleet.ClusterSpec;
import dev.lifeboat.schemas.fleet.DrillPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether what is declared can keep what is promised: arithmetic over the declaration and one setting of the server, with
 * no look at the past. It warns, and says how it came to that; what is really achieved, the recovery window and the drills
 * measure.
 */
final class ObjectiveArithmetic {
    private static final Duration USUAL_LAG = Duration.ofSeconds(10);
    private static final Duration FAR = Duration.ofDays(400);
    private static final int MANY = 1000;

    /**
     * A way to come back.
     *
     * @param loss the most that may be lost on it; empty when nothing bounds that
     * @param bounded whether that is so, rather than not known
     * @param arithmetic how {@code loss} comes about
     */
    private record Way(Optional<Duration> loss, boolean bounded, String arithmetic) {
        static Way of(Duration loss, String arithmetic) {
            return new Way(Optional.of(loss), true, arithmetic);
        }

        static Way notKnown(String arithmetic) {
            return new Way(Optional.empty(), true, arithmetic);
        }

        static Way unbounded(String arithmetic) {
            return new Way(Optional.empty(), false, arithmetic);
        }
    }

    private final ClusterSpec cluster;
    private final Optional<Duration> archiveTimeout;
    private final Instant now;

    private ObjectiveArithmetic(ClusterSpec cluster, Optional<Duration> archiveTimeout, Instant now) {
        this.cluster = cluster;
        this.archiveTimeout = archiveTimeout;
        this.now = now;
    }

    /**
     * What cannot be kept, or cannot be known.
     *
     * @param archiveTimeout the server's setting, zero for off; empty when it was not asked
     */
    static List<Failure> warnings(ClusterSpec cluster, Optional<Duration> archiveTimeout, Instant now) {
        if (cluster.objectives() == null) {
            return List.of();
        }
        ObjectiveArithmetic arithmetic = new ObjectiveArithmetic(cluster, archiveTimeout, now);
        List<Failure> warnings = new ArrayList<>();
        Optional.ofNullable(cluster.objectives().rpo()).flatMap(arithmetic::rpo).ifPresent(warnings::add);
        Optional.ofNullable(cluster.objectives().rto()).flatMap(arithmetic::rto).ifPresent(warnings::add);
        return List.copyOf(warnings);
    }

    private Optional<Failure> rpo(Duration promised) {
        List<Way> ways = ways();
        if (ways.stream().flatMap(way -> way.loss().stream()).anyMatch(loss -> loss.compareTo(promised) <= 0)) {
            return Optional.empty();
        }
        String found = ways.isEmpty()
                ? "no backup is declared"
                : ways.stream().map(Way::arithmetic).collect(Collectors.joining("; "));
        boolean open = ways.stream().anyMatch(way -> way.loss().isEmpty() && way.bounded());
        return Optional.of(
                open
                        ? new Failure(
                                "objective.rpo-not-known",
                                "Nothing that is declared makes sure that no more than " + promised + " is lost.",
                                "at most " + promised + " lost",
                                found,
                                "Set archive_timeout on the server below the objective, and declare again; or measure with"
                                        + " GET /api/v1/clusters/" + cluster.name() + "/recovery-window.")
                        : new Failure(
                                "objective.rpo-not-reachable",
                                "What is declared cannot keep the objective: more than " + promised + " may be lost.",
                                "at most " + promised + " lost",
                                found,
                                "Keep WAL (wal.mode) beside backups that it can be replayed on, back up more often, or"
                                        + " declare an objective that holds."));
    }

    private List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        String mode = cluster.wal() == null ? "none" : cluster.wal().mode();
        if ("stream".equals(mode)) {
            ways.add(streamed());
        }
        if ("archive".equals(mode)) {
            ways.add(archived());
        }
        backups()
                .filter(policy -> "dump".equals(policy.method()))
                .map(this::dumped)
                .forEach(ways::add);
        return ways;
    }

    private Stream<BackupPolicy> backups() {
        return cluster.backups() == null ? Stream.empty() : cluster.backups().stream();
    }

    private boolean has(String method) {
        return backups().anyMatch(policy -> method.equals(policy.method()));
    }

    private Way streamed() {
        if (!has("physical")) {
            return Way.unbounded(
                    "wal.mode stream: no backup of method physical is declared that WAL can be replayed on");
        }
        Duration lag = Objects.requireNonNullElse(cluster.wal().maxLag(), USUAL_LAG);
        return Way.of(lag, "wal.mode stream: WAL is in the store within maxLag = " + lag);
    }

    private Way archived() {
        if (!has("pgbackrest")) {
            return Way.unbounded(
                    "wal.mode archive: no backup of method pgbackrest is declared that WAL can be replayed on");
        }
        if (archiveTimeout.isEmpty()) {
            return Way.notKnown(
                    "wal.mode archive: a segment leaves the server when it is full or after archive_timeout,"
                            + " which the server was not asked for");
        }
        Duration timeout = archiveTimeout.get();
        return timeout.isZero()
                ? Way.notKnown("wal.mode archive: archive_timeout = 0, so a segment leaves the server only when it is"
                        + " full, however long that takes")
                : Way.of(
                        timeout,
                        "wal.mode archive: a segment leaves the server after archive_timeout = " + timeout
                                + " at the latest");
    }

    private Way dumped(BackupPolicy policy) {
        if (policy.schedule() == null) {
            return Way.unbounded("dump " + policy.name() + ": no schedule, by request only");
        }
        Optional<Duration> longest = longestPause(policy);
        return longest.map(pause -> Way.of(
                        pause,
                        "dump " + policy.name() + ": " + policy.schedule() + " leaves up to " + pause
                                + " between two, and the time that one takes"))
                .orElseGet(() -> Way.unbounded(
                        "dump " + policy.name() + ": " + policy.schedule() + " is due once in a year or less"));
    }

    /** Between two runs that follow each other, in the next year. */
    private Optional<Duration> longestPause(BackupPolicy policy) {
        ZoneId zone = policy.timeZone() == null ? ZoneId.of("UTC") : ZoneId.of(policy.timeZone());
        List<Instant> due = Schedule.of(policy.schedule(), zone).between(now, now.plus(FAR), MANY);
        Optional<Duration> longest = Optional.empty();
        for (int i = 1; i < due.size(); i++) {
            Duration pause = Duration.between(due.get(i - 1), due.get(i));
            longest = longest.filter(known -> known.compareTo(pause) >= 0).or(() -> Optional.of(pause));
        }
        return longest;
    }

    /** How long a recovery takes is not to be had from a declaration: only measured. */
    private Optional<Failure> rto(Duration promised) {
        List<DrillPolicy> drills = cluster.drills() == null ? List.of() : cluster.drills();
        if (drills.stream().anyMatch(drill -> drill.schedule() != null)) {
            return Optional.empty();
        }
        return Optional.of(new Failure(
                "objective.rto-not-measured",
                "Nothing that is declared measures whether a recovery takes no more than " + promised + ".",
                "a drill with a schedule",
                drills.isEmpty() ? "no drill" : "drills by request only",
                "Declare a drill with a schedule: each measures its phases and compares them with the objective."));
    }
}
