package dev.lifeboat.restore.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WalDumpTest {

    @Test
    void theNewestEndOfATransactionAndTheLastRecordAreFound() throws IOException {
        WalDump dump = read(
                """
                first record is after 0/3000000, at 0/3000028, skipping over 40 bytes
                rmgr: Standby     len (rec/tot):     50/    50, tx:          0, lsn: 0/03000028, prev 0/02000100, desc: RUNNING_XACTS nextXid 735 latestCompletedXid 734 oldestRunningXid 735
                rmgr: Heap        len (rec/tot):     59/   143, tx:        735, lsn: 0/03000060, prev 0/03000028, desc: INSERT off 1 flags 0x00, blkref #0: rel 1663/5/16384 blk 0 FPW
                rmgr: Transaction len (rec/tot):     34/    34, tx:        735, lsn: 0/030000F0, prev 0/03000060, desc: COMMIT 2026-11-21 10:00:00.500000 UTC
                rmgr: Transaction len (rec/tot):     34/    34, tx:        736, lsn: 0/03000118, prev 0/030000F0, desc: ABORT 2026-11-21 10:00:00.7 UTC
                rmgr: Transaction len (rec/tot):     98/    98, tx:        737, lsn: 0/03000140, prev 0/03000118, desc: COMMIT 2026-11-21 10:00:00.600000 UTC; inval msgs: catcache 50
                rmgr: Transaction len (rec/tot):     98/    98, tx:          0, lsn: 0/030001A8, prev 0/03000140, desc: COMMIT_PREPARED 733: 2026-11-21 10:00:00.650000 UTC
                rmgr: Transaction len (rec/tot):     98/    98, tx:        738, lsn: 0/03000210, prev 0/030001A8, desc: ASSIGNMENT xtop 738: subxacts: 739
                rmgr: LogicalMessage len (rec/tot):  98/    98, tx:        738, lsn: 0/03000280, prev 0/03000210, desc: COMMIT 2027-01-01 00:00:00 UTC
                rmgr: XLOG        len (rec/tot):     24/    24, tx:          0, lsn: 0/03000300, prev 0/03000280, desc: SWITCH
                """);

        assertThat(dump.lastEndAt()).contains(Instant.parse("2026-11-21T10:00:00.7Z"));
        assertThat(dump.lastRecord()).contains(Lsn.parse("0/3000300"));
    }

    @Test
    void anIdleSegmentHasNone() throws IOException {
        assertThat(read("").lastRecord()).isEmpty();
        assertThat(
                        read("rmgr: XLOG        len (rec/tot):     24/    24, tx:          0, lsn: A/03000300, prev A/03000280,"
                                        + " desc: SWITCH \n")
                                .lastEndAt())
                .isEmpty();
    }

    private static WalDump read(String output) throws IOException {
        return WalDump.read(new BufferedReader(new StringReader(output)));
    }
}
