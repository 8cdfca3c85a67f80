package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A stretch of the log.
 *
 * @param start position of its first byte
 * @param end behind its last
 */
record Span(Lsn start, Lsn end) {
    Span {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("a stretch of WAL from " + start + " back to " + end);
        }
    }

    boolean isEmpty() {
        return start.equals(end);
    }

    /** Whether it lies within this one, ends included. */
    boolean holds(Span other) {
        return !other.start.isBefore(start) && !other.end.isAfter(end);
    }

    boolean overlaps(Span other) {
        return start.isBefore(other.end) && other.start.isBefore(end);
    }

    /** What of it lies from the one position up to the other; empty when nothing does. */
    Optional<Span> within(Lsn from, Optional<Lsn> to) {
        Lsn first = Lsn.max(start, from);
        Lsn last = to.map(limit -> Lsn.min(end, limit)).orElse(end);
        return first.isBefore(last) ? Optional.of(new Span(first, last)) : Optional.empty();
    }

    /** As few stretches as cover the same bytes, in order. */
    static List<Span> union(Collection<Span> spans) {
        List<Span> joined = new ArrayList<>();
        spans.stream()
                .filter(span -> !span.isEmpty())
                .sorted(Comparator.comparing(Span::start).thenComparing(Span::end))
                .forEach(span -> {
                    if (!joined.isEmpty() && !span.start.isAfter(joined.getLast().end)) {
                        Span last = joined.removeLast();
                        joined.add(new Span(last.start, Lsn.max(last.end, span.end)));
                    } else {
                        joined.add(span);
                    }
                });
        return List.copyOf(joined);
    }

    /** What the given stretches, which are a {@link #union}, leave out of this one. */
    List<Span> without(List<Span> covered) {
        List<Span> left = new ArrayList<>();
        Lsn at = start;
        for (Span span : covered) {
            if (span.start.isAfter(at) && at.isBefore(end)) {
                left.add(new Span(at, Lsn.min(span.start, end)));
            }
            at = Lsn.max(at, span.end);
        }
        if (at.isBefore(end)) {
            left.add(new Span(at, end));
        }
        return List.copyOf(left);
    }
}
