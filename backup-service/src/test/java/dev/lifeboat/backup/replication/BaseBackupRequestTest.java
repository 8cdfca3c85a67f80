package dev.lifeboat.backup.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BaseBackupRequestTest {
    private final BaseBackupRequest request = BaseBackupRequest.of("it's mine").throttled(2048);

    @Test
    void speaksTheGrammarOfEachVersion() {
        assertThat(request.command(14))
                .isEqualTo("BASE_BACKUP LABEL 'it''s mine' PROGRESS FAST NOWAIT MAX_RATE 2048"
                        + " TABLESPACE_MAP MANIFEST 'yes' MANIFEST_CHECKSUMS 'SHA256'");
        assertThat(request.command(15))
                .isEqualTo("BASE_BACKUP (LABEL 'it''s mine', PROGRESS true, CHECKPOINT 'fast', WAIT false,"
                        + " MAX_RATE 2048, TABLESPACE_MAP true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')");
        assertThat(request.compressed(1).command(18)).contains("COMPRESSION 'zstd', COMPRESSION_DETAIL 'level=1'");
    }

    @Test
    void oldServersDoNotCompress() {
        assertThatThrownBy(() -> request.compressed(1).command(14)).isInstanceOf(IllegalArgumentException.class);
    }
}
