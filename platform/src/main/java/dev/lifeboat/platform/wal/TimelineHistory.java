package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a timeline comes from: its ancestors, oldest first, each with the position at which it was left.
 *
 * @param timeline whose history this is
 * @param ancestors oldest first; empty for timeline 1
 * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">PostgreSQL: Timelines</a>
 */
public record TimelineHistory(int timeline, List<Ancestor> ancestors) {
    public TimelineHistory {
        ancestors = List.copyOf(ancestors);
        int last = 0;
        for (Ancestor ancestor : ancestors) {
            if (ancestor.timeline() <= last) {
                throw new IllegalArgumentException("timeline " + ancestor.timeline() + " after " + last);
            }
            last = ancestor.timeline();
        }
        if (timeline < 1 || last >= timeline) {
            throw new IllegalArgumentException("timeline " + timeline + " has ancestor " + last);
        }
    }

    /**
     * A timeline that was left.
     *
     * @param timeline its number
     * @param left where the next one forked off: its WAL counts up to here, exclusive
     */
    public record Ancestor(int timeline, Lsn left) {}

    /** The history of a timeline that has no ancestors. */
    public static TimelineHistory first(int timeline) {
        return new TimelineHistory(timeline, List.of());
    }

    /**
     * Reads a history file.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static TimelineHistory parse(int timeline, byte[] file) {
        List<Ancestor> ancestors = new ArrayList<>();
        for (String raw : new String(file, StandardCharsets.UTF_8).split("\n", -1)) {
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\\s+", 3);
            if (fields.length < 2) {
                throw new IllegalArgumentException("not a line of a timeline history: " + line);
            }
            ancestors.add(new Ancestor(Integer.parseUnsignedInt(fields[0]), Lsn.parse(fields[1])));
        }
        return new TimelineHistory(timeline, ancestors);
    }

    /** Where that timeline was left; empty for the timeline itself and for one that is no ancestor. */
    public Optional<Lsn> leftAt(int ancestor) {
        return ancestors.stream()
                .filter(one -> one.timeline() == ancestor)
                .map(Ancestor::left)
                .findFirst();
    }

    /** Whether that timeline is this one or an ancestor of it. */
    public boolean includes(int other) {
        return other == timeline || leftAt(other).isPresent();
    }

    /** The timeline that followed that one on the way here; empty for the last and for strangers. */
    public Optional<Integer> after(int ancestor) {
        for (int i = 0; i < ancestors.size(); i++) {
            if (ancestors.get(i).timeline() == ancestor) {
                return Optional.of(
                        i + 1 < ancestors.size() ? ancestors.get(i + 1).timeline() : timeline);
            }
        }
        return Optional.empty();
    }

    /** The timeline that a position belongs to; a position where one was left belongs to the next. */
    public int timelineOf(Lsn position) {
        return ancestors.stream()
                .filter(ancestor -> position.isBefore(ancestor.left()))
                .map(Ancestor::timeline)
                .findFirst()
                .orElse(timeline);
    }
}
