package dev.lifeboat.restore.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.replay.Replay.Position;
import dev.lifeboat.restore.replay.Replay.Way;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayWayTest {
    private static final Way WAY = new Way(
            Lsn.parse("0/2000028"),
            Lsn.parse("0/6000028"),
            WalSegment.parse("000000010000000000000006").orElseThrow(),
            Optional.empty());

    @ParameterizedTest
    @CsvSource({
        // Before anybody can connect: what was fetched.
        ",          16777216, 16777216",
        "0/3000028, 33554432, 16777216",
        "0/2000000, 0,        0",
        // A record may reach over the end.
        "0/6000100, 0,        67108864"
    })
    void itIsAsFarAsItReplayed(String lsn, long fetched, long done) {
        Position position = lsn == null ? Position.NONE : new Position(lsn, null, false, false, 1);

        assertThat(WAY.done(position, fetched)).isEqualTo(done);
        assertThat(WAY.total()).isEqualTo(67108864);
    }
}
