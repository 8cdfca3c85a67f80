package dev.lifeboat.backup.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.replication.Server;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.platform.wal.WalScanner;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a killed receiver left is stored as far as it is WAL, and no byte further. */
class LeftoversIT {
    private static final int RECORD_HEADER = 24;

    @Test
    void zerosThatAFileWasFilledWithAreNoWal() throws Exception {
        Server server = Server.primary("leftovers", Map.of("wal_keep_size", "128MB"));
        try (WalStage stage = new WalStage("leftovers")) {
            WalSegment segment =
                    WalSegment.containing(1, server.flushed(), WalStage.SEGMENT).next();
            server.sql(
                    "create table wide (filling text)",
                    "alter table wide alter filling set storage plain",
                    "insert into wide select repeat('x', 1900) from generate_series(1, 25000)");
            byte[] first = Files.readAllBytes(server.wal(segment.name()));
            Lsn whole = wholeRecords(segment, first);
            int running = (int) whole.minus(segment.start());
            // A record that begins so near to the end runs into the next segment.
            assertThat(first.length - running).isGreaterThan(RECORD_HEADER);

            byte[] filled = first.clone();
            Arrays.fill(filled, running + RECORD_HEADER, filled.length, (byte) 0);
            Files.write(OpenSegment.path(stage.spool(), segment), filled);
            new Leftovers(stage.spool(), stage.wal(), new WalListener() {}).store();
            assertThat(stage.listed(1)).containsExactly(new WalObject.Piece(segment, segment.start(), whole));

            Files.write(OpenSegment.path(stage.spool(), segment), first);
            Files.copy(server.wal(segment.next().name()), OpenSegment.path(stage.spool(), segment.next()));
            new Leftovers(stage.spool(), stage.wal(), new WalListener() {}).store();
            assertThat(stage.listed(1))
                    .contains(new WalObject.Sealed(segment))
                    .noneMatch(object -> object instanceof WalObject.Piece piece
                            && piece.segment().equals(segment));
            assertThat(stage.wal().read(new WalObject.Sealed(segment))).hasBinaryContent(first);
        } finally {
            server.cluster().kill();
        }
    }

    private static Lsn wholeRecords(WalSegment segment, byte[] bytes) throws Exception {
        WalScanner scanner = new WalScanner(segment.start(), segment.size(), new WalScanner.Found() {
            @Override
            public void commit(Commit commit) {
                // Not asked for.
            }

            @Override
            public void restorePoint(RestorePoint point) {
                // Not asked for.
            }
        });
        scanner.scan(bytes, 0, bytes.length);
        return scanner.validUpTo();
    }
}
