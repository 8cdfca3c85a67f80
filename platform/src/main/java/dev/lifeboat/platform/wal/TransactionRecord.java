package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The content of commit records and restore points: xact.h and xlog_internal.h of PostgreSQL 13 to 18. The parts of a commit
 * follow each other in a fixed order, each there only if its bit is set.
 */
final class TransactionRecord {
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final int COMMIT = 0x00;
    private static final int COMMIT_PREPARED = 0x30;
    private static final int OPERATION = 0x70;
    private static final int HAS_INFO = 0x80;

    private static final int DATA_SHORT = 255;
    private static final int DATA_LONG = 254;
    private static final int ORIGIN = 253;
    private static final int TOP_LEVEL_XID = 252;

    private static final int HAS_DATABASE = 1;
    private static final int HAS_SUBTRANSACTIONS = 1 << 1;
    private static final int HAS_RELATIONS = 1 << 2;
    private static final int HAS_INVALIDATIONS = 1 << 3;
    private static final int HAS_TWO_PHASE = 1 << 4;
    private static final int HAS_DROPPED_STATISTICS = 1 << 8;

    /** From version 18 on, what a statistics entry is about has 64 bits. */
    private static final int MAGIC_18 = 0xD118;

    private TransactionRecord() {}

    static Optional<Commit> commit(Lsn start, Lsn end, byte[] header, byte[] body, int length, int magic) {
        int operation = header[16] & OPERATION;
        if (operation != COMMIT && operation != COMMIT_PREPARED) {
            return Optional.empty();
        }
        int at = mainData(body, length);
        if (at < 0 || at + 8 > length) {
            return Optional.empty();
        }
        long xid = Bytes.u32(header, 4);
        if (operation == COMMIT_PREPARED) {
            xid = (header[16] & HAS_INFO) == 0 ? xid : preparedXid(body, at + 8, length, magic);
        }
        return Optional.of(new Commit(start, end, xid, time(body, at)));
    }

    static Optional<RestorePoint> restorePoint(Lsn end, byte[] body, int length) {
        int at = mainData(body, length);
        if (at < 0 || at + 8 > length) {
            return Optional.empty();
        }
        int from = at + 8;
        int to = from;
        while (to < length && body[to] != 0) {
            to++;
        }
        return Optional.of(
                new RestorePoint(end, new String(body, from, to - from, StandardCharsets.UTF_8), time(body, at)));
    }

    private static Instant time(byte[] body, int at) {
        return EPOCH.plus(Bytes.i64(body, at), ChronoUnit.MICROS);
    }

    /** Where the record's own data begins; -1 when blocks come first, which none of these has. */
    private static int mainData(byte[] body, int length) {
        int at = 0;
        while (at < length) {
            int id = body[at] & 0xFF;
            switch (id) {
                case DATA_SHORT -> {
                    return at + 2;
                }
                case DATA_LONG -> {
                    return at + 5;
                }
                case ORIGIN -> at += 3;
                case TOP_LEVEL_XID -> at += 5;
                default -> {
                    return -1;
                }
            }
        }
        return -1;
    }

    /** The prepared transaction's own number stands behind all that may come before it; 0 when it is not reached. */
    private static long preparedXid(byte[] body, int from, int length, int magic) {
        Walk walk = new Walk(body, from, length);
        long info = walk.u32();
        if ((info & HAS_DATABASE) != 0) {
            walk.skip(8);
        }
        if ((info & HAS_SUBTRANSACTIONS) != 0) {
            walk.skip(4 * walk.u32());
        }
        if ((info & HAS_RELATIONS) != 0) {
            walk.skip(12 * walk.u32());
        }
        if ((info & HAS_DROPPED_STATISTICS) != 0) {
            walk.skip((magic >= MAGIC_18 ? 16 : 12) * walk.u32());
        }
        if ((info & HAS_INVALIDATIONS) != 0) {
            walk.skip(16 * walk.u32());
        }
        return (info & HAS_TWO_PHASE) == 0 ? 0 : walk.u32();
    }

    /** A position in a record's data that may turn out to be cut off. */
    private static final class Walk {
        private final byte[] bytes;
        private final int length;
        private long at;

        Walk(byte[] bytes, int at, int length) {
            this.bytes = bytes;
            this.at = at;
            this.length = length;
        }

        long u32() {
            if (at + 4 > length) {
                at = length;
                return 0;
            }
            long value = Bytes.u32(bytes, (int) at);
            at += 4;
            return value;
        }

        void skip(long count) {
            at = Math.min(length, at + count);
        }
    }
}
