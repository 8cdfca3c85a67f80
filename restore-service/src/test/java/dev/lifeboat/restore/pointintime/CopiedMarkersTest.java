package dev.lifeboat.restore.pointintime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import java.time.Instant;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopiedMarkersTest {
    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest(name = "ring {0}, recorded {1} and {2}")
    @CsvSource({
        "1 2 3, 3, 4, true,  false",
        "1 2,   3, 4, false, false",
        "1 2 3 4, 3, 4, true, true",
        // Overshot by more than one: the first one after it may have been overwritten, the next one tells.
        "1 2 3 5, 3, 4, true, true",
        // A newer one took its place: it was passed, and cannot be seen any more.
        "4 5 6, 3, 7, ,     false",
        "'',    3, 4, false, false",
        "1 2 3, ,  4, ,     false",
        "1 2 3, 3, ,  true,"
    })
    void whatACopyShows(String ring, Integer before, Integer after, Boolean beforeThere, Boolean afterThere) {
        CopiedMarkers copied = new CopiedMarkers(Stream.of(ring.split(" ", -1))
                .filter(second -> !second.isEmpty())
                .map(second -> TEN.plusSeconds(Long.parseLong(second)))
                .collect(Collectors.toCollection(TreeSet::new)));

        Markers shown = copied.against(marker(before), marker(after), null);

        assertThat(shown.beforeThere()).isEqualTo(beforeThere);
        assertThat(shown.afterThere()).isEqualTo(afterThere);
        assertThat(shown.held()).isEqualTo(copied.writtenAt().size());
    }

    private static Marker marker(Integer second) {
        return second == null
                ? null
                : new Marker(
                        TEN.plusSeconds(second), TEN.plusSeconds(second).plusMillis(1), "0/1000000", "0/1000100", 1);
    }
}
