package dev.lifeboat.platform.postgres;

/**
 * A file of the write-ahead log: so many bytes of one timeline.
 *
 * @param timeline that it belongs to
 * @param number counted from the beginning of the log
 * @param size bytes, a power of two from 1 MiB to 1 GiB; ask the server, it was chosen when the cluster was made
 * @see <a href="https://www.postgresql.org/docs/current/wal-internals.html">PostgreSQL: WAL Internals</a>
 */
public record WalSegment(int timeline, long number, long size) implements Comparable<WalSegment> {
    private static final long PER_NAME = 0x1_0000_0000L;
    private static final int NAME = 24;

    public WalSegment {
        if (timeline == 0 || number < 0 || size < 1 << 20 || size > 1 << 30 || Long.bitCount(size) != 1) {
            throw new IllegalArgumentException("no segment " + number + " of " + size + " bytes");
        }
    }

    /** The one that holds a position; a position at a border belongs to the one that begins there. */
    public static WalSegment containing(int timeline, Lsn position, long size) {
        return new WalSegment(timeline, Long.divideUnsigned(position.value(), size), size);
    }

    /**
     * By its file's name.
     *
     * @throws IllegalArgumentException when it is not 24 hexadecimal digits, or none of that size
     */
    public static WalSegment parse(String name, long size) {
        if (!name.matches("[0-9A-F]{" + NAME + "}")) {
            throw new IllegalArgumentException("not the name of a WAL segment: " + name);
        }
        long perLog = PER_NAME / size;
        long low = Long.parseLong(name.substring(16), 16);
        if (low >= perLog) {
            throw new IllegalArgumentException("not the name of a WAL segment of " + size + " bytes: " + name);
        }
        return new WalSegment(
                Integer.parseUnsignedInt(name.substring(0, 8), 16),
                Long.parseLong(name.substring(8, 16), 16) * perLog + low,
                size);
    }

    /** Name of its file in {@code pg_wal}. */
    public String name() {
        long perLog = PER_NAME / size;
        return String.format("%08X%08X%08X", timeline, number / perLog, number % perLog);
    }

    /** Position of its first byte. */
    public Lsn start() {
        return new Lsn(number * size);
    }

    /** Position behind its last byte. */
    public Lsn end() {
        return new Lsn((number + 1) * size);
    }

    /** The one behind it. */
    public WalSegment next() {
        return new WalSegment(timeline, number + 1, size);
    }

    /** The one before it. */
    public WalSegment previous() {
        return new WalSegment(timeline, number - 1, size);
    }

    /** The same bytes of the log on another timeline. */
    public WalSegment on(int otherTimeline) {
        return new WalSegment(otherTimeline, number, size);
    }

    /** By timeline, then by position. */
    @Override
    public int compareTo(WalSegment other) {
        int byTimeline = Integer.compareUnsigned(timeline, other.timeline);
        return byTimeline != 0 ? byTimeline : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return name();
    }
}
