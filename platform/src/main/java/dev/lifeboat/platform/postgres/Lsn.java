package dev.lifeboat.platform.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the write-ahead log, in bytes from its beginning. Unsigned, as PostgreSQL counts.
 *
 * @param value the position; 0 stands for none, no record begins there
 * @see <a href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">PostgreSQL: pg_lsn</a>
 */
public record Lsn(long value) implements Comparable<Lsn> {
    /** No position. */
    public static final Lsn NONE = new Lsn(0);

    private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /**
     * Reads PostgreSQL's form.
     *
     * @param text e.g. {@code 16/B374D848}
     * @throws IllegalArgumentException when it is another form
     */
    public static Lsn parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a WAL position: " + text);
        }
        return new Lsn(Long.parseLong(matcher.group(1), 16) << 32 | Long.parseLong(matcher.group(2), 16));
    }

    /** So many bytes further. */
    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    /** How many bytes this is past the other; negative when it is before. */
    public long minus(Lsn other) {
        return value - other.value;
    }

    /** Whether this comes before the other. */
    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    /** Whether this comes after the other. */
    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /** The later of two. */
    public static Lsn max(Lsn one, Lsn other) {
        return one.isBefore(other) ? other : one;
    }

    /** The earlier of two. */
    public static Lsn min(Lsn one, Lsn other) {
        return one.isBefore(other) ? one : other;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** As PostgreSQL prints it. */
    @Override
    public String toString() {
        return String.format("%X/%X", value >>> 32, value & 0xFFFF_FFFFL);
    }
}
