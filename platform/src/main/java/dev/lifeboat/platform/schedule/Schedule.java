package dev.lifeboat.platform.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a policy is due: five-field cron in a time zone. A pure function of its text and the clock, so that whoever
 * computes it again comes to the same moments.
 *
 * <p>Where daylight saving skips a local time, the run is due at the next moment that exists; where it repeats one, the
 * run is due once.
 */
public final class Schedule {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;
    private final ZoneId zone;

    private Schedule(Cron cron, ZoneId zone) {
        this.times = ExecutionTime.forCron(cron);
        this.zone = zone;
    }

    /**
     * Reads a schedule.
     *
     * @throws IllegalArgumentException if the text is no five-field cron
     */
    public static Schedule of(String cron, ZoneId zone) {
        return new Schedule(PARSER.parse(cron).validate(), zone);
    }

    /** The first moment strictly after the given one; empty when there is none, as for 30 February. */
    public Optional<Instant> nextAfter(Instant moment) {
        return times.nextExecution(moment.atZone(zone)).map(next -> next.toInstant());
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
}
