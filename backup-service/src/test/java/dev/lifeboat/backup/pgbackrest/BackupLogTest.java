package dev.lifeboat.backup.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.operations.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that pgBackRest 2.45 wrote. */
class BackupLogTest {

    @Test
    void aBackupTellsHowFarItIs() {
        BackupLog log = new BackupLog(1_000_000);
        List<Progress> said = new ArrayList<>();
        said.add(log.progress());

        for (String line :
                """
                2026-11-21 12:55:50.090 P00   INFO: execute non-exclusive backup start: backup begins after the requested immediate checkpoint completes
                2026-11-21 12:55:54.420 P02 DETAIL: backup file /srv/pg/PG_VERSION (bundle 1/0, 3B, 0.00%) checksum 587b596f
                2026-11-21 12:55:54.422 P02 DETAIL: backup file /srv/pg (50.00%) x/base/4/3603_vm (bundle 1/771976, 8KB, 23.44%) checksum 35e124bf
                2026-11-21 12:55:54.422 P01 DETAIL: backup file /srv/pg/base/4/3603 (24KB, 23.40%) checksum b854d408
                2026-11-21 12:55:54.586 P02 DETAIL: backup file /srv/pg/base/5/1259 (bundle 2/289949, 112KB, 100.00%) checksum 931e14d7
                2026-11-21 12:55:54.686 P00   INFO: execute non-exclusive backup stop and wait for all WAL segments to archive
                2026-11-21 12:55:54.983 P00   INFO: new backup label = 20261121-125550F
                """
                        .lines()
                        .toList()) {
            log.said(line);
            said.add(log.progress());
        }

        assertThat(said)
                .containsExactly(
                        new Progress("starting", 0, 1_000_000),
                        new Progress("waiting for the checkpoint", 0, 1_000_000),
                        new Progress("copying", 0, 1_000_000),
                        new Progress("copying", 234_400, 1_000_000),
                        new Progress("copying", 234_400, 1_000_000),
                        new Progress("copying", 1_000_000, 1_000_000),
                        new Progress("waiting for WAL", 1_000_000, 1_000_000),
                        new Progress("completing", 1_000_000, 1_000_000));
    }

    @Test
    void whatItWarnsOfIsKeptButForWhatMeansNothing() {
        BackupLog log = new BackupLog(0);

        log.warned("WARN: no prior backup exists, incr backup has been changed to full");
        log.warned("WARN: invalid page checksum found in file /srv/pg/base/5/16394 at page 3");
        log.warned("      HINT: something");

        assertThat(log.warnings())
                .containsExactly("invalid page checksum found in file /srv/pg/base/5/16394 at page 3");
    }
}
