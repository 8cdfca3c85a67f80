package dev.lifeboat.restore.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
    private static final List<String> REPOSITORIES = List.of("east", "west", "north");

    /** Backups as repository@minute, and where the one lies that is restored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    # backups                  | restored
                    east@10                    | east@10
                    west@10                    | west@10
                    east@10 west@20            | west@20
                    west@20 east@10            | west@20
                    east@30 west@20            | east@30
                    # of one moment: the one in the repository that is named first
                    west@20 east@20 north@20   | east@20
                    north@20 west@20           | west@20
                    # of a repository that the cluster does not use
                    south@40 west@20           | west@20
                    south@40                   |
                    ''                         |
                    """)
    void theNewestIsTakenWhereverItLies(String backups, String restored) {
        List<BackupCompleted> known = Stream.of(backups.split(" ", -1))
                .filter(backup -> !backup.isEmpty())
                .map(CatalogueTest::backup)
                .toList();

        var newest = Catalogue.newest(known, REPOSITORIES);

        assertThat(newest.map(CatalogueTest::text).orElse(null)).isEqualTo(restored);
    }

    private static String text(BackupCompleted backup) {
        return backup.repository() + "@" + backup.completedAt().getEpochSecond() / 60;
    }

    private static BackupCompleted backup(String text) {
        String[] parts = text.split("@", -1);
        Instant at = Instant.ofEpochSecond(60 * Long.parseLong(parts[1]));
        ObjectRef manifest = new ObjectRef("manifest.json", "0".repeat(64), 1L);
        return new BackupCompleted(
                UUID.randomUUID(),
                "shop",
                "dump",
                null,
                null,
                null,
                parts[0],
                null,
                null,
                at,
                at,
                at,
                1L,
                1L,
                List.of("shop"),
                at,
                null,
                null,
                null,
                "7",
                manifest,
                null,
                List.of(),
                "principal/operator");
    }
}
