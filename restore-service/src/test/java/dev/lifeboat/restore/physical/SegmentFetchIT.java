package dev.lifeboat.restore.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.S3Endpoint;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.ObjectStores;
import dev.lifeboat.platform.store.PutCondition;
import dev.lifeboat.platform.store.S3Settings;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.physical.WalPath.Stretch;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments whose objects are replaced while they are fetched: the stream that stores them does not wait for a recovery. */
class SegmentFetchIT {
    private static final int SIZE = 1 << 20;
    private static final WalSegment SEGMENT = WalSegment.parse("000000010000000000000007", SIZE);
    private static final int LISTED = 3_000;

    @TempDir
    Path folder;

    private final byte[] wal = wal();
    private ObjectStore store;
    private WalKeys keys;
    private BackupReader reader;
    private Stretch listed;

    @BeforeEach
    void anOpenSegmentIsStoredInTwoPiecesAndListed() {
        S3Endpoint east = LocalParts.shared().east();
        store = new ObjectStores(Clock.systemUTC())
                .open(new S3Settings(
                        URI.create(east.endpoint()),
                        east.region(),
                        east.bucket(),
                        "fetch-" + Long.toHexString(System.nanoTime()) + "/",
                        east.accessKey(),
                        Secret.of(east.secretKey()),
                        Optional.of(east.caFile()),
                        true));
        reader = new BackupReader(store, Clock.systemUTC());
        keys = reader.walKeys("clusters/shop/1/");
        put(piece(0, 1_000));
        put(piece(1_000, LISTED));
        listed = WalPath.of(TimelineHistory.first(1), SEGMENT.start(), SIZE, stored())
                .stretches()
                .getFirst();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void ofASegmentThatIsWholeByNowWhatWasListedIsRead() throws IOException {
        put(new WalObject.Sealed(SEGMENT));
        remove(piece(0, 1_000), piece(1_000, LISTED));

        assertThat(fetched()).isEqualTo(upToWhatWasListed());
    }

    @Test
    void ofALongerPieceWhatWasListedIsRead() throws IOException {
        put(piece(0, 9_000));
        remove(piece(0, 1_000), piece(1_000, LISTED));

        assertThat(fetched()).isEqualTo(upToWhatWasListed());
    }

    @Test
    void whatIsStoredNoMoreIsNamed() {
        put(piece(0, LISTED - 1));
        remove(piece(0, 1_000), piece(1_000, LISTED));

        assertThatExceptionOfType(DoesNotRestore.class)
                .isThrownBy(this::fetched)
                .satisfies(gone -> {
                    assertThat(gone.failure().code()).isEqualTo("backup.object-missing");
                    assertThat(gone.failure().expected()).isEqualTo(keys.of(piece(0, 1_000)));
                });
    }

    private byte[] fetched() throws IOException {
        Path file = folder.resolve("segment");
        new SegmentFetch(reader, keys, "42").fetch(listed, file);
        return Files.readAllBytes(file);
    }

    /** Padded with zeros, as the server wants it. */
    private byte[] upToWhatWasListed() {
        return Arrays.copyOf(Arrays.copyOf(wal, LISTED), SIZE);
    }

    private List<WalObject> stored() {
        return reader.list(keys.folder()).entries().keySet().stream()
                .flatMap(key -> keys.parse(key, SIZE).stream())
                .toList();
    }

    private static WalObject.Piece piece(int from, int to) {
        Lsn start = SEGMENT.start();
        return new WalObject.Piece(SEGMENT, start.plus(from), start.plus(to));
    }

    private void put(WalObject object) {
        byte[] bytes = object instanceof WalObject.Piece piece
                ? Arrays.copyOfRange(wal, offset(piece.start()), offset(piece.end()))
                : wal;
        store.put(keys.of(object), Zstd.compress(bytes, 1), PutCondition.NONE, Map.of());
    }

    private static int offset(Lsn position) {
        return (int) position.minus(SEGMENT.start());
    }

    private void remove(WalObject... objects) {
        store.delete(Arrays.stream(objects).map(keys::of).toList());
    }

    /** A first page's header, and noise. */
    private static byte[] wal() {
        byte[] wal = new byte[SIZE];
        new Random(7).nextBytes(wal);
        ByteBuffer.wrap(wal)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0, (short) 0xD110)
                .putShort(2, (short) 0x0002)
                .putLong(8, SEGMENT.start().value())
                .putLong(24, 42)
                .putInt(32, SIZE);
        return wal;
    }
}
