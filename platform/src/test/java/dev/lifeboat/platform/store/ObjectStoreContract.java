package dev.lifeboat.platform.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of {@link ObjectStore}, run against every provider. */
abstract class ObjectStoreContract {
    /** One part of an upload in these tests, and some bytes more. */
    static final int PART = 5 * 1024 * 1024;

    /** A store over an existing bucket that sends parts of {@link #PART} bytes. */
    abstract ObjectStore store();

    @TempDir
    Path temp;

    private String folder;

    @BeforeEach
    void ownFolder() {
        folder = "contract/" + UUID.randomUUID() + "/";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, PART, PART + 17})
    void givesBackWhatWasPut(int size) throws IOException {
        byte[] bytes = bytes(size);

        StoredObject stored = store().put(folder + "object", bytes, PutCondition.NONE, Map.of("kind", "test"));

        assertThat(stored.key()).isEqualTo(folder + "object");
        assertThat(stored.size()).isEqualTo(size);
        assertThat(stored.sha256()).isEqualTo(sha256(bytes));
        assertThat(read(folder + "object", Optional.of(stored.sha256()))).isEqualTo(bytes);
        ObjectInfo info = store().head(folder + "object").orElseThrow();
        assertThat(info.size()).isEqualTo(size);
        assertThat(info.etag()).isEqualTo(stored.etag());
        assertThat(info.metadata()).containsEntry("kind", "test");
        if (size <= PART) {
            assertThat(info.sha256()).contains(stored.sha256());
        }
    }

    @Test
    void putsAFileAndAStreamOfUnknownLength() throws IOException {
        byte[] bytes = bytes(2 * PART + 1);
        Path file = Files.write(temp.resolve("file"), bytes);

        store().put(folder + "file", file, PutCondition.IF_ABSENT, Map.of());
        try (MultipartSink sink = store().upload(folder + "stream", PutCondition.IF_ABSENT, Map.of())) {
            for (int first = 0; first < bytes.length; first += 70_001) {
                sink.write(bytes, first, Math.min(70_001, bytes.length - first));
            }
            assertThat(sink.commit().size()).isEqualTo(bytes.length);
        }

        assertThat(read(folder + "file", Optional.of(sha256(bytes)))).isEqualTo(bytes);
        assertThat(read(folder + "stream", Optional.of(sha256(bytes)))).isEqualTo(bytes);
        assertThat(unfinished()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "with space",
                "ünïcödé/日本語/🚢",
                "plus+and%25percent&amp;",
                "quote\"'`$(x)",
                "trailing.",
                "semi;colon,comma=equals?question#hash"
            })
    void takesKeysAsTheyAre(String name) throws IOException {
        store().put(folder + name, bytes(10), PutCondition.NONE, Map.of());

        assertThat(read(folder + name, Optional.empty())).isEqualTo(bytes(10));
        assertThat(keys("")).containsExactly(name);
        store().delete(List.of(folder + name));
        assertThat(keys("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/absolute", "a//b", "a/../b", "..", "./a", "nul\0"})
    void refusesWhatIsNoKey(String key) {
        assertThatThrownBy(() -> store().put(key, bytes(1), PutCondition.NONE, Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, PART + 1})
    void writesOnlyWhereNothingIs(int size) throws IOException {
        store().put(folder + "taken", bytes(5), PutCondition.IF_ABSENT, Map.of());

        assertThat(codeOf(() -> store().put(folder + "taken", bytes(size), PutCondition.IF_ABSENT, Map.of())))
                .isEqualTo("store.precondition-failed");

        assertThat(read(folder + "taken", Optional.empty())).isEqualTo(bytes(5));
        assertThat(unfinished()).isZero();
        store().put(folder + "taken", bytes(size), PutCondition.NONE, Map.of());
        assertThat(read(folder + "taken", Optional.empty())).isEqualTo(bytes(size));
    }

    @Test
    void anUploadInPartsThatWasOvertakenChangesNothing() throws IOException {
        try (MultipartSink sink = store().upload(folder + "race", PutCondition.IF_ABSENT, Map.of())) {
            sink.write(bytes(PART + 1), 0, PART + 1);
            store().put(folder + "race", bytes(7), PutCondition.IF_ABSENT, Map.of());

            assertThat(codeOf(sink::commit)).isEqualTo("store.precondition-failed");
        }

        assertThat(read(folder + "race", Optional.empty())).isEqualTo(bytes(7));
        assertThat(unfinished()).isZero();
    }

    @Test
    void ofManyWritersOneSucceeds() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> writers = IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        try {
                            store().put(folder + "one", bytes(100 + i), PutCondition.IF_ABSENT, Map.of());
                            return true;
                        } catch (StoreException e) {
                            assertThat(e.fault().code()).isEqualTo("store.precondition-failed");
                            return false;
                        }
                    })
                    .toList();
            int winners = 0;
            for (Future<Boolean> writer : threads.invokeAll(writers)) {
                winners += writer.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 2 * PART + 1})
    void closingWithoutCommitLeavesNothing(int size) {
        MultipartSink sink = store().upload(folder + "never", PutCondition.NONE, Map.of());
        sink.write(bytes(size), 0, size);

        sink.close();
        sink.close();

        assertThat(store().head(folder + "never")).isEmpty();
        assertThat(unfinished()).isZero();
        assertThatThrownBy(() -> sink.write(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sink::commit).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void endsUploadsThatNobodyWillComplete() {
        MultipartSink mine = store().upload(folder + "a/dead", PutCondition.NONE, Map.of());
        mine.write(bytes(PART + 1), 0, PART + 1);
        MultipartSink other = store().upload(folder + "b/alive", PutCondition.NONE, Map.of());
        other.write(bytes(PART + 1), 0, PART + 1);
        Instant later = Instant.now().plusSeconds(3600);

        assertThat(store().abortStaleUploads(folder, Instant.now().minusSeconds(3600)))
                .isZero();
        assertThat(store().abortStaleUploads(folder + "a/", later)).isEqualTo(1);

        assertThat(codeOf(mine::commit)).isEqualTo("store.upload-missing");
        mine.close();
        assertThat(other.commit().size()).isEqualTo(PART + 1);
        assertThat(unfinished()).isZero();
    }

    @Test
    void readsRangesExactly() throws IOException {
        byte[] bytes = bytes(100_000);
        store().put(folder + "object", bytes, PutCondition.NONE, Map.of());

        try (InputStream in = store().get(folder + "object", new ByteRange(70_000, 30_000))) {
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(bytes, 70_000, 100_000));
        }
        assertThat(codeOf(() -> store().get(folder + "object", new ByteRange(99_999, 2))))
                .isEqualTo("store.too-short");
    }

    @Test
    void doesNotEndAStreamWhoseDigestIsWrong() throws IOException {
        store().put(folder + "object", bytes(100_000), PutCondition.NONE, Map.of());

        try (InputStream in = store().get(folder + "object", Optional.of(sha256(bytes(99_999))))) {
            assertThat(in.readNBytes(100_000)).hasSize(100_000);
            assertThat(codeOf(in::read)).isEqualTo("store.digest-mismatch");
        }
        try (InputStream in = store().get(folder + "object", Optional.of(sha256(bytes(99_999))))) {
            assertThat(codeOf(in::readAllBytes)).isEqualTo("store.digest-mismatch");
        }
    }

    @Test
    void listsInOrderPageByPage() {
        List<String> names =
                IntStream.range(0, 1100).mapToObj("%04d"::formatted).toList();
        names.parallelStream()
                .forEach(name -> store().put(folder + "many/" + name, new byte[0], PutCondition.NONE, Map.of()));
        store().put(folder + "many-others", new byte[0], PutCondition.NONE, Map.of());

        assertThat(keys("many/")).containsExactlyElementsOf(names);
        try (var after = store().list(folder + "many/", Optional.of(folder + "many/1090"))) {
            assertThat(after.map(ObjectInfo::key)).hasSize(9).first().isEqualTo(folder + "many/1091");
        }

        List<String> all = new ArrayList<>(
                names.stream().map(name -> folder + "many/" + name).toList());
        all.add(folder + "many/never-there");
        store().delete(all);
        assertThat(keys("many/")).isEmpty();
        assertThat(keys("")).containsExactly("many-others");
    }

    @Test
    void copiesWithMetadata() throws IOException {
        store().put(folder + "from here", bytes(1000), PutCondition.NONE, Map.of("kind", "ours"));

        store().copy(folder + "from here", folder + "to/ünï");

        assertThat(read(folder + "to/ünï", Optional.of(sha256(bytes(1000))))).isEqualTo(bytes(1000));
        assertThat(store().head(folder + "to/ünï").orElseThrow().metadata()).containsEntry("kind", "ours");
        assertThat(codeOf(() -> store().copy(folder + "none", folder + "to"))).isEqualTo("store.not-found");
    }

    @Test
    void saysThatAnObjectIsNotThere() {
        assertThat(store().head(folder + "none")).isEmpty();
        assertThat(codeOf(() -> store().get(folder + "none", Optional.empty()))).isEqualTo("store.not-found");
        store().delete(List.of(folder + "none"));
        store().requireReachable();
    }

    static String codeOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        return catchThrowableOfType(StoreException.class, action).fault().code();
    }

    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        MessageDigest digest = Digests.sha256();
        return HexFormat.of().formatHex(digest.digest(bytes));
    }

    private byte[] read(String key, Optional<String> sha256) throws IOException {
        try (InputStream in = store().get(key, sha256)) {
            return in.readAllBytes();
        }
    }

    private List<String> keys(String below) {
        String prefix = folder + below;
        try (var listed = store().list(prefix, Optional.empty())) {
            return listed.map(info -> info.key().substring(prefix.length())).toList();
        }
    }

    private int unfinished() {
        return store().abortStaleUploads(folder, Instant.now().plusSeconds(3600));
    }
}
