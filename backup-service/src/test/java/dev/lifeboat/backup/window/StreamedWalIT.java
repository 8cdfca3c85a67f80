package dev.lifeboat.backup.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.backup.window.RecoveryWindow.Joined;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streamed WAL as a real store lists it. */
class StreamedWalIT {
    private static final long SIZE = 16L << 20;
    private static final String CLUSTER = "clusters/shop/" + UUID.randomUUID() + "/";

    private final WalKeys keys = new WalKeys(CLUSTER, ".zst");
    private final WalStage stage = WalStage.of16();
    private final ObjectStore store = open();

    private static ObjectStore open() {
        S3Endpoint east = LocalParts.shared().east();
        return new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(east.endpoint()),
                        east.region(),
                        east.bucket(),
                        "streamed-wal-it/",
                        east.accessKey(),
                        Secret.of(east.secretKey()),
                        Optional.of(east.caFile()),
                        true));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void sealedSegmentsPiecesAndHistoriesMakeTheWindowAndTheLastPieceTellsTheLastCommit() throws Exception {
        put(sealed(1, 2), Map.of());
        put(sealed(1, 3), Map.of());
        put(piece(1, 4, 4.0, 4.5), Map.of());
        put(sealed(2, 4), Map.of());
        put(piece(2, 5, 5.0, 5.25), Map.of());
        put(
                piece(2, 5, 5.25, 5.5),
                Map.of(
                        WalFacts.SYSTEM,
                        "7000000000000000001",
                        WalFacts.LAST_COMMIT_TIME,
                        "2026-11-21T10:00:01.5Z",
                        WalFacts.LAST_COMMIT_LSN,
                        stage.at(5.375).toString()));
        store.put(
                keys.of(new WalObject.History(2)),
                ("1\t" + stage.at(4.25) + "\tno recovery target specified\n").getBytes(StandardCharsets.UTF_8),
                PutCondition.IF_ABSENT,
                Map.of());
        StreamedWal streamed = new StreamedWal(store, CLUSTER);

        StoredWal wal = streamed.wal(SIZE, Map.of(), Flaws::ofListing);
        RecoveryWindow window = WindowRules.of(wal, List.of(stage.backup(1, 2.5, 2.75)));

        Joined newest = window.newest().orElseThrow();
        assertThat(newest.span()).isEqualTo(stage.span(2.75, 5.5));
        assertThat(newest.way()).containsExactly(1, 2);
        assertThat(window.gaps()).isEmpty();
        assertThat(window.orphans()).containsExactly(new RecoveryWindow.Orphan(1, stage.span(4.25, 4.5), 1));
        StreamedWal.End end = streamed.end(newest.end(), SIZE);
        assertThat(end.systemIdentifier()).contains("7000000000000000001");
        assertThat(end.lastCommit()).contains(new LastCommit(stage.at(5.375), Instant.parse("2026-11-21T10:00:01.5Z")));
    }

    private void put(WalObject object, Map<String, String> facts) {
        store.put(keys.of(object), new byte[] {1}, PutCondition.IF_ABSENT, facts);
    }

    private static WalObject sealed(int timeline, int number) {
        return new WalObject.Sealed(new WalSegment(timeline, number, SIZE));
    }

    private WalObject piece(int timeline, int number, double from, double to) {
        Lsn start = stage.at(from);
        return new WalObject.Piece(new WalSegment(timeline, number, SIZE), start, stage.at(to));
    }
}
