package dev.lifeboat.backup.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.adoption.BackupInfo.StoredSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BackupInfoTest {
    /** As pgBackRest 2.45 writes it, shortened. */
    private static final String FILE =
            """
            [backrest]
            backrest-format=5
            backrest-version="2.45"

            [backup:current]
            20261101-010000F={"backrest-format":5,"backrest-version":"2.45","backup-archive-start":"000000010000000000000002","backup-archive-stop":"000000010000000000000003","backup-error":false,"backup-info-repo-size":3000,"backup-info-size":30000,"backup-lsn-start":"0/2000028","backup-lsn-stop":"0/3000050","backup-timestamp-start":1793494800,"backup-timestamp-stop":1793494860,"backup-type":"full","db-id":1}
            20261101-010000F_20261102-010000D={"backrest-version":"2.45","backup-archive-start":"000000020000000000000005","backup-archive-stop":"000000020000000000000005","backup-error":true,"backup-info-size":30000,"backup-lsn-start":"0/5000028","backup-lsn-stop":"0/5000100","backup-prior":"20261101-010000F","backup-reference":["20261101-010000F"],"backup-timestamp-start":1793581200,"backup-timestamp-stop":1793581230,"backup-type":"diff","db-id":2}
            20261101-010000F_20261103-010000I={"backrest-version":"2.45","backup-archive-start":"000000020000000000000006","backup-archive-stop":"000000020000000000000006","backup-lsn-start":"0/6000028","backup-lsn-stop":"0/6000100","backup-prior":"20261101-010000F_20261102-010000D","backup-timestamp-start":1793667600,"backup-timestamp-stop":1793667630,"backup-type":"incr","db-id":2}
            20261104-010000F_20261105-010000I={"backrest-version":"2.45","backup-archive-start":"000000020000000000000007","backup-archive-stop":"000000020000000000000007","backup-lsn-start":"0/7000028","backup-lsn-stop":"0/7000100","backup-prior":"20261104-010000F","backup-timestamp-start":1793667600,"backup-timestamp-stop":1793667630,"backup-type":"incr","db-id":2}
            20261106-010000F={"backrest-version":"2.45","backup-archive-start":null,"backup-archive-stop":null,"backup-timestamp-start":1,"backup-timestamp-stop":2,"backup-type":"full","db-id":2}

            [db]
            db-id=2
            db-system-id=7000000000000000002
            db-version="15"

            [db:history]
            1={"db-catalog-version":202007201,"db-control-version":1300,"db-system-id":7000000000000000001,"db-version":"13"}
            2={"db-catalog-version":202209061,"db-control-version":1300,"db-system-id":7000000000000000002,"db-version":"15"}

            [backrest:checksum]
            backrest-checksum="0"
            """;

    private final BackupInfo info = BackupInfo.parse(FILE.getBytes(StandardCharsets.UTF_8));

    @Test
    void eachSetIsReadWithWhatARecoveryNeeds() {
        assertThat(info.sets().keySet())
                .as("a backup of a stopped server says no position")
                .doesNotContain("20261106-010000F");
        StoredSet full = info.sets().get("20261101-010000F");
        assertThat(full.type()).isEqualTo("full");
        assertThat(full.source().systemIdentifier()).isEqualTo("7000000000000000001");
        assertThat(full.source().major()).isEqualTo(13);
        assertThat(full.startedAt()).isEqualTo(Instant.ofEpochSecond(1793494800));
        assertThat(full.stopLsn()).isEqualTo("0/3000050");
        assertThat(full.timeline()).isEqualTo(1);
        assertThat(full.storedBytes()).isEqualTo(3000);
        StoredSet differential = info.sets().get("20261101-010000F_20261102-010000D");
        assertThat(differential.type()).isEqualTo("differential");
        assertThat(differential.timeline()).isEqualTo(2);
        assertThat(differential.pageErrors()).isTrue();
        assertThat(differential.storedBytes()).isNull();
    }

    @Test
    void aChainIsWholeOrNone() {
        assertThat(info.chain(info.sets().get("20261101-010000F"))).contains(List.of());
        assertThat(info.chain(info.sets().get("20261101-010000F_20261103-010000I")))
                .contains(List.of("20261101-010000F", "20261101-010000F_20261102-010000D"));
        assertThat(info.chain(info.sets().get("20261104-010000F_20261105-010000I")))
                .isEmpty();
    }

    @Test
    void whatIsNoListIsRefused() {
        assertThatThrownBy(() -> BackupInfo.parse("hello".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The example of RFC 9562, and that ids are the same tomorrow. */
    @Test
    void anIdIsWhatTheSetIs() {
        assertThat(SetIds.version5(UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"))
                .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
        UUID id = SetIds.of("7000000000000000001", "main", "20261101-010000F");
        assertThat(id).isEqualTo(SetIds.of("7000000000000000001", "main", "20261101-010000F"));
        assertThat(id.version()).isEqualTo(5);
        assertThat(id).isNotEqualTo(SetIds.of("7000000000000000002", "main", "20261101-010000F"));
    }
}
