package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.util.Optional;

/**
 * What the first page of a WAL segment says of itself: {@code XLogLongPageHeaderData} of xlog_internal.h, little-endian.
 *
 * @param start position of the segment's first byte
 * @param systemIdentifier of the database system that wrote it
 * @param segmentSize bytes
 */
public record SegmentHeader(Lsn start, String systemIdentifier, long segmentSize) {
    /** So many bytes of a segment are needed. */
    public static final int LENGTH = 40;

    private static final int HAS_LONG_HEADER = 0x0002;

    /**
     * Reads it.
     *
     * @param page at least {@link #LENGTH} bytes
     * @return empty when it is no first page of a segment
     */
    public static Optional<SegmentHeader> read(byte[] page) {
        if (Bytes.u16(page, 0) >>> 8 != 0xD1 || (Bytes.u16(page, 2) & HAS_LONG_HEADER) == 0) {
            return Optional.empty();
        }
        return Optional.of(new SegmentHeader(
                new Lsn(Bytes.i64(page, 8)), Long.toUnsignedString(Bytes.i64(page, 24)), Bytes.u32(page, 32)));
    }
}
