package dev.lifeboat.restore.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.restore.archive.ArchiveListing.Entry;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ArchiveIsolationTest {
    private static final ArchiveIsolation.Scope SCOPE = new ArchiveIsolation.Scope() {
        @Override
        public boolean needed(String key) {
            return key.startsWith("set/");
        }

        @Override
        public boolean byPrimary(String key) {
            return key.startsWith("wal/00000001");
        }
    };

    @Test
    void anUntouchedArchiveShowsNothing() {
        ArchiveListing before = listing(Map.of("set/a", "1", "set/b", "2"));

        Isolation isolation = ArchiveIsolation.between(before, before, SCOPE, true);

        assertThat(isolation)
                .isEqualTo(new Isolation(
                        2L, 2L, java.util.List.of(), java.util.List.of(), 0L, java.util.List.of(), true, null));
    }

    @Test
    void whatTheRecoveryNeededMustStayAsItWas() {
        Isolation isolation = ArchiveIsolation.between(
                listing(Map.of("set/a", "1", "set/b", "2")), listing(Map.of("set/b", "3")), SCOPE, true);

        assertThat(isolation.removed()).containsExactly("set/a");
        assertThat(isolation.changed()).containsExactly("set/b");
    }

    @Test
    void retentionMayTakeWhatTheRecoveryDidNotNeed() {
        Isolation isolation = ArchiveIsolation.between(
                listing(Map.of("set/a", "1", "old/c", "2")), listing(Map.of("set/a", "1")), SCOPE, true);

        assertThat(isolation.removed()).isEmpty();
    }

    @Test
    void newObjectsAreThePrimarysOrSomebodyElses() {
        Isolation isolation = ArchiveIsolation.between(
                listing(Map.of("set/a", "1")),
                listing(Map.of("set/a", "1", "wal/000000010000000000000007", "2", "wal/00000002.history", "3")),
                SCOPE,
                true);

        assertThat(isolation.added()).isEqualTo(2);
        assertThat(isolation.addedByOthers()).containsExactly("wal/00000002.history");
    }

    private static ArchiveListing listing(Map<String, String> tags) {
        var entries = new TreeMap<String, Entry>();
        tags.forEach((key, tag) -> entries.put(key, new Entry(1, tag)));
        return new ArchiveListing("", Instant.EPOCH, entries);
    }
}
