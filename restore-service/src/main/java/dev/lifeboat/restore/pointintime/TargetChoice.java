package dev.lifeboat.restore.pointintime;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which backup leads to a target, and whether one does. The newest whose end lies before the target: the least WAL is
 * replayed from there. Where in the WAL a transaction or a name is, only the replay finds out: for those the oldest.
 */
public final class TargetChoice {
    /** Its name, also in declarations. */
    public static final String POINT_IN_TIME = "point-in-time";

    /** What keeps its server, and reaches a target, too. */
    public static final String RESTORE = "restore";

    private final Target asked;
    private final List<BackupCompleted> usable;
    private final ArchiveEnd end;

    private TargetChoice(Target asked, List<BackupCompleted> usable, ArchiveEnd end) {
        this.asked = asked;
        this.usable = usable;
        this.end = end;
    }

    /** Whether a recovery of this kind goes to a target. */
    public static boolean reachesTarget(String kind) {
        return kind.equals(POINT_IN_TIME) || kind.equals(RESTORE);
    }

    /** The backup, and what it shall reach. */
    public record Chosen(BackupCompleted backup, Aim aim) {}

    /**
     * Chooses.
     *
     * @param backups that are usable, in the repository whose archive was asked; at least one
     * @param end of the target's timeline, or of the newest
     * @throws NotCarriedOut {@code target.outside-window} with the nearest moments that work
     */
    public static Chosen choose(Target asked, List<BackupCompleted> backups, ArchiveEnd end) {
        List<BackupCompleted> leading = backups.stream()
                .filter(backup -> backup.timeline() == null || backup.timeline() <= end.timeline())
                .filter(backup -> backup.stopLsn() != null)
                .sorted(Comparator.comparing(BackupCompleted::completedAt).thenComparing(BackupCompleted::backupId))
                .toList();
        if (leading.isEmpty()) {
            throw NotCarriedOut.forGood(new Failure(
                    "target.outside-window",
                    "No usable backup leads to this timeline.",
                    "a backup of timeline " + end.timeline() + " or of one that it came from",
                    "backups of timeline "
                            + backups.stream()
                                    .map(backup -> String.valueOf(backup.timeline()))
                                    .distinct()
                                    .sorted()
                                    .collect(Collectors.joining(", ")),
                    "Leave timeline out, or name another."));
        }
        return new TargetChoice(asked, leading, end).choose(RecoveryTarget.of(asked));
    }

    private Chosen choose(RecoveryTarget target) {
        return switch (target) {
            case RecoveryTarget.Latest latest -> chosen(usable.getLast(), null, end.lastRecord());
            case RecoveryTarget.Moment moment -> chosen(before(moment), asked.value(), end.lastRecord());
            case RecoveryTarget.Position position -> chosen(before(position), asked.value(), position.lsn());
            case RecoveryTarget.Transaction transaction -> chosen(usable.getFirst(), asked.value(), end.lastRecord());
            case RecoveryTarget.RestorePoint point -> chosen(usable.getFirst(), asked.value(), end.lastRecord());
            case RecoveryTarget.Drawn drawn -> {
                Instant at = draw(drawn);
                yield chosen(before(new RecoveryTarget.Moment(at, drawn.inclusive())), at.toString(), end.lastRecord());
            }
        };
    }

    private Chosen chosen(BackupCompleted backup, String value, Lsn endLsn) {
        return new Chosen(
                backup,
                new Aim(
                        new Target(asked.type(), value, asked.inclusive(), end.timeline(), asked.seed()),
                        firstMoment(),
                        lastMoment(true).orElse(null),
                        usable.getFirst().stopLsn(),
                        backup.startLsn() == null ? backup.stopLsn() : backup.startLsn(),
                        endLsn.toString()));
    }

    private BackupCompleted before(RecoveryTarget.Moment moment) {
        Instant last = lastMoment(moment.inclusive()).orElse(end.askedAt());
        if (moment.at().isBefore(firstMoment()) || moment.at().isAfter(last)) {
            throw outside(moment.at().toString(), firstMoment(), last);
        }
        BackupCompleted chosen = newest(backup -> !consistentAt(backup).isAfter(moment.at()));
        gapAfter(chosen)
                .filter(gap ->
                        gap.lastEndAt() != null && moment.at().isAfter(lastMoment(gap.lastEndAt(), moment.inclusive())))
                .ifPresent(gap -> {
                    throw inGap(
                            gap,
                            moment.at().toString(),
                            Optional.of(lastMoment(gap.lastEndAt(), moment.inclusive()))
                                    .filter(works -> !works.isBefore(consistentAt(chosen)))
                                    .map(Instant::toString),
                            behind(gap).map(TargetChoice::consistentAt).map(Instant::toString));
                });
        return chosen;
    }

    private BackupCompleted before(RecoveryTarget.Position position) {
        Lsn first = Lsn.parse(usable.getFirst().stopLsn());
        if (position.lsn().compareTo(first) < 0 || position.lsn().compareTo(end.lastRecord()) > 0) {
            throw outside(position.lsn().toString(), first, end.lastRecord());
        }
        BackupCompleted chosen = newest(backup -> Lsn.parse(backup.stopLsn()).compareTo(position.lsn()) <= 0);
        gapAfter(chosen)
                .filter(gap -> gap.from().compareTo(position.lsn()) <= 0
                        || (gap.lastRecord() != null && gap.lastRecord().compareTo(position.lsn()) < 0))
                .ifPresent(gap -> {
                    throw inGap(
                            gap,
                            position.lsn().toString(),
                            Optional.ofNullable(gap.lastRecord()).map(Lsn::toString),
                            behind(gap).map(BackupCompleted::stopLsn));
                });
        return chosen;
    }

    /** The first one that a replay from this backup meets. */
    private Optional<ArchiveEnd.Gap> gapAfter(BackupCompleted backup) {
        Lsn start = startOf(backup);
        return end.gaps().stream().filter(gap -> gap.to().compareTo(start) > 0).findFirst();
    }

    /** The first backup that does not need what is missing. */
    private Optional<BackupCompleted> behind(ArchiveEnd.Gap gap) {
        return usable.stream()
                .filter(backup -> startOf(backup).compareTo(gap.to()) >= 0)
                .findFirst();
    }

    private static Lsn startOf(BackupCompleted backup) {
        return Lsn.parse(backup.startLsn() == null ? backup.stopLsn() : backup.startLsn());
    }

    private static NotCarriedOut inGap(ArchiveEnd.Gap gap, String found, Optional<String> last, Optional<String> next) {
        String works = Stream.of(last.map(to -> "up to " + to), next.map(from -> "from " + from))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", or "));
        return NotCarriedOut.forGood(new Failure(
                "target.in-gap",
                "WAL is missing on the way to the target, from " + gap.from() + " to " + gap.to()
                        + (gap.lastEndAt() == null
                                ? "."
                                : "; the last transaction before it ended at " + gap.lastEndAt() + "."),
                works.isEmpty() ? "a backup that begins behind the gap" : works,
                found,
                (works.isEmpty() ? "" : "Take the nearest moment that works: " + works + ". ")
                        + (next.isPresent() ? "" : "No backup begins behind the gap: take a new one now.")));
    }

    private static Instant lastMoment(Instant lastEndAt, boolean inclusive) {
        return inclusive ? lastEndAt.minus(1, ChronoUnit.MICROS) : lastEndAt;
    }

    private BackupCompleted newest(java.util.function.Predicate<BackupCompleted> fits) {
        return usable.stream().filter(fits).reduce((older, newer) -> newer).orElseThrow();
    }

    private Instant draw(RecoveryTarget.Drawn drawn) {
        Instant first = firstMoment();
        Instant last = lastMoment(drawn.inclusive()).orElse(end.askedAt()).truncatedTo(ChronoUnit.SECONDS);
        if (last.isBefore(first)) {
            throw outside("no second in between", first, last);
        }
        return DrawnMoment.between(first, last, drawn.seed());
    }

    private Instant firstMoment() {
        return consistentAt(usable.getFirst());
    }

    /**
     * The server stops at the first end of a transaction after the moment: one must be there. An exclusive target stops
     * before one of the very moment, too.
     */
    private Optional<Instant> lastMoment(boolean inclusive) {
        return Optional.ofNullable(end.lastEndAt()).map(at -> lastMoment(at, inclusive));
    }

    /** The tool tells whole seconds: its backup may have ended up to one later. */
    private static Instant consistentAt(BackupCompleted backup) {
        return backup.completedAt().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private static <T extends Comparable<T>> NotCarriedOut outside(String found, T first, T last) {
        boolean empty = last.compareTo(first) < 0;
        return NotCarriedOut.forGood(new Failure(
                "target.outside-window",
                empty
                        ? "Nothing can be reached yet: the archive holds no transaction after the oldest usable backup."
                        : "The target lies outside of what can be reached.",
                empty ? "WAL after " + first : "from " + first + " to " + last,
                found,
                empty
                        ? "Wait until WAL was archived that was written after the backup."
                        : "Take the nearest moment that works: " + first + " or " + last + "."));
    }
}
