package dev.lifeboat.backup.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.stream.StreamTold.Gathered;
import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.schemas.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamDecisionsTest {
    private static final WalFacts FACTS = new WalFacts("7", Optional.empty(), Optional.empty());
    private static final Failure AWAY = new Failure("store.unreachable", "Away.", null, null, null);

    @ParameterizedTest
    @CsvSource({
        "true, 1, PT1S",
        "true, 2, PT2S",
        "true, 5, PT16S",
        "true, 6, PT30S",
        "true, 5000, PT30S",
        "false, 1, PT10M"
    })
    void whatPassesIsTriedSoonAndWhatDoesNotLate(boolean retryable, int failures, Duration pause) {
        assertThat(StreamFaults.pause(retryable, failures, Duration.ofMinutes(10)))
                .isEqualTo(pause);
    }

    @Test
    void whatCouldNotBeWrittenDownIsToldOnceMoreAndOnce() {
        StreamTold told = new StreamTold("shop");
        WalSegment segment = WalSegment.containing(1, Lsn.parse("0/3000000"), 16 << 20);
        told.stored(new WalObject.Sealed(segment), 100, FACTS);
        told.stalled(AWAY);

        Gathered first = told.take();
        told.putBack(first);
        told.stored(
                new WalObject.Piece(segment.next(), segment.end(), segment.end().plus(8)), 10, FACTS);
        // There already: it is no news.
        told.stored(new WalObject.Sealed(segment), 0, FACTS);
        told.resumed();
        Gathered all = told.take();

        assertThat(first.stalled()).contains(AWAY);
        assertThat(all.stalled()).isEmpty();
        assertThat(all.stored().segments()).isEqualTo(1);
        assertThat(all.stored().pieces()).isEqualTo(1);
        assertThat(all.stored().bytes()).isEqualTo(110);
        assertThat(all.stored().first()).contains(segment.start());
        assertThat(told.take()).isEqualTo(Gathered.nothing(Optional.empty()));
    }

    @Test
    void thatTheStoreIsAwayStaysKnownUntilItIsNot() {
        StreamTold told = new StreamTold("shop");
        told.stalled(AWAY);

        told.take();

        assertThat(told.take().stalled()).contains(AWAY);
    }

    @Test
    void whatAnEarlierOwnerLeftIsMovedToTheNextAndNotWhatALaterOneHas(@TempDir Path work) throws Exception {
        UUID cluster = UUID.randomUUID();
        Path base = work.resolve("wal").resolve(cluster.toString());
        for (String left : new String[] {"2/A.wal", "3/A.wal", "3/B.wal", "9/C.wal"}) {
            Files.createDirectories(base.resolve(left).getParent());
            Files.writeString(base.resolve(left), left);
        }

        Spool spool = new Spool(work, cluster, 5);
        Path folder = spool.prepare();

        assertThat(folder).isEqualTo(base.resolve("5"));
        assertThat(folder.resolve("A.wal")).hasContent("2/A.wal");
        assertThat(folder.resolve("B.wal")).hasContent("3/B.wal");
        assertThat(base.resolve("2")).doesNotExist();
        assertThat(base.resolve("3/A.wal")).exists();
        assertThat(base.resolve("9/C.wal")).exists();
        assertThat(spool.bytes()).isEqualTo(14);
        spool.clear();
        assertThat(folder).exists();
    }
}
