package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads WAL as it comes, in pieces of any size, and finds commits and restore points. May begin anywhere: it takes up at the
 * next page, behind the record that runs into it. Checks the checksum of every record that it saw whole. For one thread.
 *
 * <p>Layout of pages and records: xlog_internal.h and xlogrecord.h of PostgreSQL 13 to 18, little-endian, which differ in
 * the page's magic number alone. PostgreSQL has pages of 8 KiB unless it was built otherwise.
 */
public final class WalScanner {
    private static final int PAGE = 8192;
    private static final int SHORT_HEADER = 24;
    private static final int LONG_HEADER = 40;
    private static final int RECORD_HEADER = 24;

    private static final int CONTINUES = 0x0001;
    private static final int HAS_LONG_HEADER = 0x0002;
    private static final int OVERWRITES_UNFINISHED = 0x0008;

    private static final int RMGR_XLOG = 0;
    private static final int RMGR_TRANSACTION = 1;
    private static final int XLOG_SWITCH = 0x40;
    private static final int XLOG_RESTORE_POINT = 0x70;

    /** Enough for a commit that dropped some ten thousand relations; its time stands at the beginning. */
    private static final int LONGEST_BODY = 1 << 20;

    private final Found found;
    private final long segmentSize;

    private long position;
    private long skipTo;
    private boolean lost = true;
    private long validUpTo;
    private long lastRecord = -1;
    private int magic;

    private final byte[] page = new byte[LONG_HEADER];
    private int pageRead;

    /** Bytes that are left of a record whose beginning was not seen. */
    private long foreign;

    private boolean inRecord;
    private final byte[] header = new byte[RECORD_HEADER];
    private long recordStart;
    private long recordLength;
    private long recordRead;
    private byte[] body = new byte[256];
    private int bodyRead;
    private boolean keepBody;
    private final CRC32C crc = new CRC32C();

    /** Takes what was found. */
    public interface Found {
        /** A transaction was committed. */
        void commit(Commit commit);

        /** A restore point was made. */
        void restorePoint(RestorePoint point);
    }

    /**
     * @param start position of the first byte that will be given
     */
    public WalScanner(Lsn start, long segmentSize, Found found) {
        this.found = found;
        this.segmentSize = segmentSize;
        this.position = start.value();
        this.validUpTo = start.value();
        this.skipTo = (start.value() + PAGE - 1) / PAGE * PAGE;
    }

    /** Position of the byte that is wanted next. */
    public Lsn position() {
        return new Lsn(position);
    }

    /** Where the last record begins that was seen whole and right; empty when none was. */
    public Optional<Lsn> lastRecord() {
        return lastRecord < 0 ? Optional.empty() : Optional.of(new Lsn(lastRecord));
    }

    /** Behind the last record that was seen whole and right. */
    public Lsn validUpTo() {
        return new Lsn(validUpTo);
    }

    /**
     * Reads on.
     *
     * @throws WalFormatException when this is no WAL; the scanner is of no use then
     */
    public void scan(byte[] bytes, int offset, int length) throws WalFormatException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int taken = step(bytes, at, left);
            at += taken;
            left -= taken;
            position += taken;
            if (pageRead == 0 && inRecord && recordRead == recordLength && recordRead >= RECORD_HEADER) {
                finish();
            }
        }
    }

    /** Takes some bytes, of one page and one part of it at most, and says how many. */
    private int step(byte[] bytes, int at, int left) throws WalFormatException {
        if (position < skipTo) {
            return (int) Math.min(left, skipTo - position);
        }
        if (position % PAGE == 0 || pageRead > 0) {
            return pageHeader(bytes, at, left);
        }
        int inPage = (int) Math.min(left, PAGE - position % PAGE);
        if (foreign > 0) {
            int taken = (int) Math.min(inPage, foreign);
            foreign -= taken;
            return taken;
        }
        if (!inRecord) {
            int padding = (int) (-position & 7);
            if (padding > 0) {
                return Math.min(inPage, padding);
            }
            begin();
        }
        return recordRead < RECORD_HEADER ? recordHeader(bytes, at, inPage) : recordBody(bytes, at, inPage);
    }

    private int pageHeader(byte[] bytes, int at, int left) throws WalFormatException {
        long start = position - pageRead;
        int whole = start % segmentSize == 0 ? LONG_HEADER : SHORT_HEADER;
        int taken = Math.min(left, whole - pageRead);
        System.arraycopy(bytes, at, page, pageRead, taken);
        pageRead += taken;
        if (pageRead == whole) {
            pageRead = 0;
            beginPage(start);
        }
        return taken;
    }

    private void beginPage(long start) throws WalFormatException {
        magic = Bytes.u16(page, 0);
        int flags = Bytes.u16(page, 2);
        if (lost && magic == 0) {
            // Padding that a switch to the next segment left.
            skipTo = (start / segmentSize + 1) * segmentSize;
            return;
        }
        if (magic >>> 8 != 0xD1) {
            throw new WalFormatException(new Lsn(start), String.format("page magic %04X", magic));
        }
        if (Bytes.i64(page, 8) != start) {
            throw new WalFormatException(new Lsn(start), "a page of " + new Lsn(Bytes.i64(page, 8)));
        }
        if (start % segmentSize == 0 && (flags & HAS_LONG_HEADER) != 0 && Bytes.u32(page, 32) != segmentSize) {
            throw new WalFormatException(new Lsn(start), "a segment of " + Bytes.u32(page, 32) + " bytes");
        }
        long rest = Bytes.u32(page, 16);
        boolean continues = (flags & CONTINUES) != 0;
        if (continues && lost) {
            foreign = rest;
        } else if (continues) {
            long expected = inRecord ? recordLength - recordRead : foreign;
            if (expected != rest) {
                throw new WalFormatException(
                        new Lsn(start), rest + " bytes left of a record that has " + expected + " left");
            }
        } else if ((inRecord || foreign > 0) && (flags & OVERWRITES_UNFINISHED) == 0) {
            throw new WalFormatException(new Lsn(start), "a record that does not go on");
        } else {
            // The server crashed within the record, and began anew behind it.
            inRecord = false;
            foreign = 0;
        }
        lost = false;
    }

    private void begin() {
        inRecord = true;
        recordStart = position;
        recordLength = Long.MAX_VALUE;
        recordRead = 0;
        bodyRead = 0;
        crc.reset();
    }

    private int recordHeader(byte[] bytes, int at, int inPage) throws WalFormatException {
        int taken = (int) Math.min(inPage, RECORD_HEADER - recordRead);
        System.arraycopy(bytes, at, header, (int) recordRead, taken);
        recordRead += taken;
        if (recordRead >= 4 && recordLength == Long.MAX_VALUE) {
            recordLength = Bytes.u32(header, 0);
            if (recordLength < RECORD_HEADER) {
                throw new WalFormatException(new Lsn(recordStart), "a record of " + recordLength + " bytes");
            }
        }
        if (recordRead == RECORD_HEADER) {
            int info = header[16] & 0xF0;
            int manager = header[17];
            keepBody = manager == RMGR_TRANSACTION || (manager == RMGR_XLOG && info == XLOG_RESTORE_POINT);
        }
        return taken;
    }

    private int recordBody(byte[] bytes, int at, int inPage) {
        int taken = (int) Math.min(inPage, recordLength - recordRead);
        crc.update(bytes, at, taken);
        if (keepBody && bodyRead < LONGEST_BODY) {
            int kept = Math.min(taken, LONGEST_BODY - bodyRead);
            if (bodyRead + kept > body.length) {
                body = java.util.Arrays.copyOf(body, Math.max(bodyRead + kept, body.length * 2));
            }
            System.arraycopy(bytes, at, body, bodyRead, kept);
            bodyRead += kept;
        }
        recordRead += taken;
        return taken;
    }

    private void finish() throws WalFormatException {
        inRecord = false;
        crc.update(header, 0, 20);
        if (crc.getValue() != Bytes.u32(header, 20)) {
            throw new WalFormatException(new Lsn(recordStart), "a record with a wrong checksum");
        }
        long end = (position + 7) & ~7L;
        validUpTo = end;
        lastRecord = recordStart;
        int info = header[16] & 0xF0;
        int manager = header[17];
        if (manager == RMGR_XLOG && info == XLOG_SWITCH) {
            // What is left of the segment is padding.
            skipTo = (position + segmentSize - 1) / segmentSize * segmentSize;
            validUpTo = skipTo;
        } else if (manager == RMGR_TRANSACTION) {
            TransactionRecord.commit(new Lsn(recordStart), new Lsn(end), header, body, bodyRead, magic)
                    .ifPresent(found::commit);
        } else if (keepBody) {
            TransactionRecord.restorePoint(new Lsn(end), body, bodyRead).ifPresent(found::restorePoint);
        }
    }
}
