package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.StoredWal.Stretch;
import dev.lifeboat.backup.window.StoredWal.Unusable;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Folds the objects of one timeline, as they are listed, into as few stretches as there are holes: a million segments
 * take no memory.
 */
final class Stretches {
    private final int timeline;
    private final Function<ObjectInfo, Optional<String>> flaw;
    private final List<Stretch> stretches = new ArrayList<>();
    private final List<Unusable> unusable = new ArrayList<>();
    private Span open;
    private Instant firstAt;
    private Instant lastAt;
    private ObjectInfo pending;
    private Span pendingSpan;
    private boolean duplicate;

    /**
     * @param flaw why an object does not count; empty when it does
     */
    Stretches(int timeline, Function<ObjectInfo, Optional<String>> flaw) {
        this.timeline = timeline;
        this.flaw = flaw;
    }

    /** Adds a whole segment; two objects of the same segment make it unusable. */
    void segment(ObjectInfo object, WalSegment segment) {
        add(object, new Span(segment.start(), segment.end()), true);
    }

    /** Adds a part of one. */
    void part(ObjectInfo object, Span span) {
        add(object, span, false);
    }

    private void add(ObjectInfo object, Span span, boolean alone) {
        Optional<String> why = flaw.apply(object);
        if (why.isPresent()) {
            unusable.add(new Unusable(object.key(), timeline, span, why.get()));
            return;
        }
        if (alone && pending != null && pendingSpan.equals(span)) {
            if (!duplicate) {
                unusable.add(new Unusable(pending.key(), timeline, span, "duplicate"));
                duplicate = true;
            }
            unusable.add(new Unusable(object.key(), timeline, span, "duplicate"));
            return;
        }
        flush();
        pending = object;
        pendingSpan = span;
    }

    private void flush() {
        if (pending != null && !duplicate) {
            append(pendingSpan, pending.modifiedAt());
        }
        pending = null;
        duplicate = false;
    }

    private void append(Span span, Instant at) {
        boolean joins = open != null
                && !span.start().isAfter(open.end())
                && !span.start().isBefore(open.start());
        if (joins) {
            if (span.end().isAfter(open.end())) {
                open = new Span(open.start(), span.end());
                lastAt = at;
            }
            return;
        }
        close();
        open = span;
        firstAt = at;
        lastAt = at;
    }

    private void close() {
        if (open != null) {
            stretches.add(new Stretch(timeline, open, firstAt, lastAt));
        }
        open = null;
    }

    /** What was added. */
    Folded fold() {
        flush();
        close();
        return new Folded(List.copyOf(stretches), List.copyOf(unusable));
    }

    /** Stretches, and objects that do not count. */
    record Folded(List<Stretch> stretches, List<Unusable> unusable) {}
}
