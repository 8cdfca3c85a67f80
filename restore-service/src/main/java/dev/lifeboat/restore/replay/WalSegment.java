package dev.lifeboat.restore.replay;

import dev.lifeboat.platform.postgres.Lsn;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A WAL segment by its name: timeline, and which one on it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/wal-internals.html">WAL Internals</a>
 */
public record WalSegment(int timeline, long high, long low) implements Comparable<WalSegment> {
    private static final Pattern NAME = Pattern.compile("[0-9A-F]{24}");

    /** The segment of that name; empty for anything else, like a history file. */
    public static Optional<WalSegment> parse(String name) {
        return NAME.matcher(name).matches()
                ? Optional.of(new WalSegment(
                        Integer.parseUnsignedInt(name.substring(0, 8), 16),
                        Long.parseLong(name.substring(8, 16), 16),
                        Long.parseLong(name.substring(16), 16)))
                : Optional.empty();
    }

    /** The one that follows on the same timeline; the part before it holds 4 GiB. */
    public WalSegment next(long segmentBytes) {
        long perHigh = (1L << 32) / segmentBytes;
        return low + 1 < perHigh ? new WalSegment(timeline, high, low + 1) : new WalSegment(timeline, high + 1, 0);
    }

    /** Where it begins. */
    public Lsn start(long segmentBytes) {
        return new Lsn((high << 32) + low * segmentBytes);
    }

    /** The same place on another timeline. */
    public WalSegment on(int other) {
        return new WalSegment(other, high, low);
    }

    @Override
    public int compareTo(WalSegment other) {
        int byHigh = Long.compare(high, other.high);
        int byLow = byHigh != 0 ? byHigh : Long.compare(low, other.low);
        return byLow != 0 ? byLow : Integer.compare(timeline, other.timeline);
    }

    @Override
    public String toString() {
        return "%08X%08X%08X".formatted(timeline, high, low).toUpperCase(Locale.ROOT);
    }
}
