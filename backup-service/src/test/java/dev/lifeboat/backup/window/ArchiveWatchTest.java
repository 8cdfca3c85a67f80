package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.window.ServerLook.Archiver;
import dev.lifeboat.backup.window.ServerLook.ServerWal;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchiveWatchTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final WalStage stage = WalStage.of16();

    /** Seconds ago; segments are numbers on timeline 1, the store's end counts whole segments. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    # archived | ago | failed ago | waits for | stored | code
                    5          | 300 | -          | -         | 6      | -
                    5          | 300 | 301        | -         | 6      | -
                    5          | 300 | 299        | -         | 6      | wal.archiver-failing
                    -          | -   | 10         | -         | -      | wal.archiver-failing
                    5          | 300 | -          | -         | 5      | wal.archived-not-stored
                    5          | 300 | -          | -         | -      | wal.archived-not-stored
                    5          | 100 | -          | -         | 5      | -
                    5          | 10  | -          | 121       | 6      | wal.archiver-behind
                    5          | 10  | -          | 119       | 6      | -
                    -          | -   | -          | -         | -      | -
                    """)
    void whatTheArchiverClaimsAgainstWhatIsThere(
            Integer archived, Integer ago, Integer failed, Integer waits, Integer stored, String code) {
        ServerWal server = new ServerWal(
                false,
                16L << 20,
                1,
                stage.at(7),
                "on",
                new Archiver(
                        Optional.ofNullable(archived).map(number -> stage.name(1, number)),
                        before(ago),
                        Optional.ofNullable(failed).map(any -> stage.name(1, 6)),
                        before(failed),
                        before(waits)));

        Optional<Failure> stalled =
                ArchiveWatch.stalled(server, Optional.ofNullable(stored).map(end -> stage.at(end)), NOW, PATIENCE);

        assertThat(stalled.map(Failure::code)).isEqualTo(Optional.ofNullable(code));
    }

    @Test
    void theLagIsWhatTheServerHasBeyondTheStore() {
        ServerWal server = new ServerWal(
                false,
                16L << 20,
                1,
                stage.at(7.5),
                "on",
                new Archiver(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));

        assertThat(ArchiveWatch.lag(server, Optional.of(stage.at(7)))).contains(8L << 20);
        assertThat(ArchiveWatch.lag(server, Optional.of(stage.at(8)))).contains(0L);
        assertThat(ArchiveWatch.lag(server, Optional.<Lsn>empty())).isEmpty();
    }

    private static Optional<Instant> before(Integer seconds) {
        return Optional.ofNullable(seconds).map(NOW::minusSeconds);
    }
}
