package dev.lifeboat.restore.pointintime;

/**
 * A position in the write-ahead log, in bytes from its beginning; unsigned, as PostgreSQL counts.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">pg_lsn</a>
 */
public record Lsn(long value) implements Comparable<Lsn> {

    /**
     * Reads PostgreSQL's form, as {@code 16/B374D848}.
     *
     * @throws IllegalArgumentException when it is another form
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || !text.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
            throw new IllegalArgumentException("not a position in the WAL: " + text);
        }
        return new Lsn(
                Long.parseLong(text.substring(0, slash), 16) << 32 | Long.parseLong(text.substring(slash + 1), 16));
    }

    /** So many bytes further. */
    public Lsn plus(long bytes) {
        return new Lsn(value + bytes);
    }

    /** Bytes from the other to this; negative when this comes first. */
    public long minus(Lsn other) {
        return value - other.value;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** As PostgreSQL prints it. */
    @Override
    public String toString() {
        return "%X/%X".formatted(value >>> 32, value & 0xFFFF_FFFFL);
    }
}
