package dev.lifeboat.platform.operations;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes per second over the last seconds, from a count that grows. Not safe for use by several threads. */
final class Rate {
    static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration APART = Duration.ofMillis(100);

    private record Sample(long nanos, long bytes) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /**
     * Notes the count.
     *
     * @param nanos a monotonic clock
     */
    void add(long nanos, long bytes) {
        if (!samples.isEmpty() && bytes < samples.getLast().bytes()) {
            // A new phase counts from the beginning.
            samples.clear();
        }
        if (samples.size() >= 2 && nanos - secondToLast().nanos() < APART.toNanos()) {
            samples.removeLast();
        }
        samples.addLast(new Sample(nanos, bytes));
        while (samples.size() > 2 && nanos - second().nanos() >= WINDOW.toNanos()) {
            samples.removeFirst();
        }
    }

    /** Bytes per second; 0 when not known, or when nothing moved for longer than the window. */
    long perSecond(long nanos) {
        if (samples.size() < 2 || nanos - samples.getLast().nanos() > WINDOW.toNanos()) {
            return 0;
        }
        Sample first = samples.getFirst();
        long elapsed = nanos - first.nanos();
        return elapsed <= 0 ? 0 : Math.round((samples.getLast().bytes() - first.bytes()) * 1e9 / elapsed);
    }

    private Sample second() {
        var all = samples.iterator();
        all.next();
        return all.next();
    }

    private Sample secondToLast() {
        var all = samples.descendingIterator();
        all.next();
        return all.next();
    }
}
