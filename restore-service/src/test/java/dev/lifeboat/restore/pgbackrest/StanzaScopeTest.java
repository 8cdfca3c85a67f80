package dev.lifeboat.restore.pgbackrest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.ArchiveListing.Entry;
import dev.lifeboat.schemas.backup.BackupManifest.PgBackRestSet;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StanzaScopeTest {
    private static final String REPOSITORY = "clusters/shop/id/pgbackrest";
    private static final PgBackRestSet SET = new PgBackRestSet(
            "shop",
            REPOSITORY,
            "20261121-080000F_20261121-090000I",
            List.of("20261121-080000F"),
            false,
            "000000010000000000000004",
            "000000010000000000000005",
            "0/4000028",
            "0/5000050",
            1,
            "2.45");
    private final StanzaScope scope = new StanzaScope(SET, before());

    @ParameterizedTest
    @CsvSource({
        "backup/shop/20261121-080000F/bundle/1,                       true",
        "backup/shop/20261121-080000F_20261121-090000I/backup.manifest, true",
        "backup/shop/20261114-080000F/bundle/1,                       false",
        "backup/shop/backup.info,                                     false",
        "archive/shop/archive.info,                                   false",
        "archive/shop/15-1/0000000100000000/000000010000000000000003-ab.gz, false",
        "archive/shop/15-1/0000000100000000/000000010000000000000004-ab.gz, true",
        "archive/shop/15-1/0000000200000000/000000020000000000000007-ab.gz, true"
    })
    void theChainAndItsWalAreNeeded(String key, boolean needed) {
        assertThat(scope.needed(REPOSITORY + "/" + key)).isEqualTo(needed);
    }

    @ParameterizedTest
    @CsvSource({
        "archive/shop/15-1/0000000200000000/000000020000000000000008-ab.gz, true",
        "archive/shop/15-1/0000000300000000/000000030000000000000008-ab.gz, false",
        "archive/shop/15-1/00000003.history,                                false",
        "backup/shop/20261122-080000F/bundle/1,                             true"
    })
    void whatThePrimaryDoesNotWriteIsSomebodyElses(String key, boolean byPrimary) {
        assertThat(scope.byPrimary(REPOSITORY + "/" + key)).isEqualTo(byPrimary);
    }

    private static ArchiveListing before() {
        var entries = new TreeMap<String, Entry>();
        entries.put(
                REPOSITORY + "/archive/shop/15-1/0000000200000000/000000020000000000000007-ab.gz", new Entry(1, "x"));
        return new ArchiveListing(REPOSITORY + "/", Instant.EPOCH, entries);
    }
}
