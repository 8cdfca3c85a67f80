package dev.lifeboat.platform.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a policy is due: five-field cron in a time zone. A pure function of its text and the clock, so that whoever
 * computes it again comes to the same moments.
 *
 * <p>Where daylight saving skips a local time, the run is due at the next moment that exists; where it repeats one, the
 * run is due once, at the first.
 */
public final class Schedule {
    private final CronFields fields;
    private final ZoneId zone;

    private Schedule(CronFields fields, ZoneId zone) {
        this.fields = fields;
        this.zone = zone;
    }

    /**
     * Reads a schedule: minute, hour, day of month, month, day of week (0 or 7 is Sunday), with lists, ranges and steps.
     *
     * @throws IllegalArgumentException if the text is no five-field cron, or names no day that exists; the message says
     *     which field is wrong and what it should be
     */
    public static Schedule of(String cron, ZoneId zone) {
        CronFields fields = CronFields.parse(cron);
        if (fields.nextAfter(LocalDateTime.of(2000, 1, 1, 0, 0)).isEmpty()) {
            throw new IllegalArgumentException("the schedule \"" + cron + "\" is never due: no such day exists");
        }
        return new Schedule(fields, zone);
    }

    /** The first moment strictly after the given one; empty when there is none. */
    public Optional<Instant> nextAfter(Instant moment) {
        // An overlap shows the same local times twice: looking from the earlier offset's side, one that is over already
        // comes up again, and is passed over.
        LocalDateTime local = LocalDateTime.ofInstant(moment, zone);
        Optional<LocalDateTime> next = fields.nextAfter(local);
        while (next.isPresent() && !instant(next.get()).isAfter(moment)) {
            next = fields.nextAfter(next.get());
        }
        return next.map(this::instant);
    }

    /** All moments in {@code (from, to]}, oldest first, at most {@code limit}. */
    public List<Instant> between(Instant from, Instant to, int limit) {
        List<Instant> due = new ArrayList<>();
        Optional<Instant> next = nextAfter(from);
        while (next.isPresent() && !next.get().isAfter(to) && due.size() < limit) {
            due.add(next.get());
            next = nextAfter(next.get());
        }
        return due;
    }

    /** A stable offset in {@code [0, jitter)} for a name, so that many policies of one minute do not start at once. */
    public static Duration offset(String name, Duration jitter) {
        if (jitter == null || jitter.isZero() || jitter.isNegative()) {
            return Duration.ZERO;
        }
        long hash = Integer.toUnsignedLong(name.hashCode()) * 0x9E3779B97F4A7C15L;
        return Duration.ofMillis(Long.remainderUnsigned(hash, jitter.toMillis()));
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition transition = zone.getRules().getTransition(local);
        if (transition != null && transition.isGap()) {
            return transition.getInstant();
        }
        return local.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
    }
}
