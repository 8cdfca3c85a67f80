package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.verifier.it.Drill;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published of a ledger, in a real object store, and how a ledger that contradicts it is found out. */
class EvidenceBucketIT {
    private final String instance = "it-" + Long.toHexString(System.nanoTime());
    private final SigningKey key = SampleLedger.fixedKey();
    private final Ledger ledger = ledger(key);
    private ObjectStore store;
    private EvidenceBucket bucket;

    @BeforeEach
    void open() {
        store = Drill.store();
        bucket = new EvidenceBucket(store, instance);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatIsPublishedVerifiesOfflineWithThePublicKeyAlone() throws IOException {
        Jdbi jdbi = ledgerOf(5);

        publish(jdbi, 1, 3);
        publish(jdbi, 4, 2);

        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        for (String key : keys("entries/")) {
            entries.writeBytes(read(key));
        }
        String checkpoint = new String(read(keys("checkpoints/").getLast()), StandardCharsets.UTF_8);
        LedgerVerifier.Outcome outcome = new LedgerVerifier(key.verificationKey())
                .verify(new ByteArrayInputStream(entries.toByteArray()), checkpoint);
        assertThat(outcome).isEqualTo(new LedgerVerifier.Outcome.Holds(jdbi.withHandle(ledger::head)));
        assertThat(new String(read("evidence/" + instance + "/public-key.pem"), StandardCharsets.UTF_8))
                .isEqualTo(key.verificationKey().pem());
        assertThat(bucket.newest(key.verificationKey())).contains(jdbi.withHandle(ledger::head));
    }

    @Test
    void aCopyOfTheBucketVerifiesAsItIs(@TempDir Path copy) throws IOException {
        Jdbi jdbi = ledgerOf(5);
        publish(jdbi, 1, 3);
        publish(jdbi, 4, 2);
        for (String folder : List.of("entries/", "checkpoints/", "public-key.pem")) {
            for (String key : keys(folder)) {
                Path file = copy.resolve(key.replace("evidence/" + instance + "/", ""));
                Files.createDirectories(file.getParent());
                Files.write(file, read(key));
            }
        }
        Path trusted = copy.resolve("trusted.pem");
        Files.writeString(trusted, key.verificationKey().pem());

        assertThat(verified(copy, trusted)).startsWith("0 holds: 5 entries of lifeboat/" + instance);
        Files.delete(copy.resolve("entries/%020d.jsonl".formatted(4)));
        assertThat(verified(copy, trusted)).startsWith("1 does not hold").contains("ledger.entries-missing");
    }

    private static String verified(Path folder, Path key) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int status = VerifyCommand.run(new String[] {folder.toString(), key.toString()}, out, out);
        return status + " " + said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anAttemptThatDiedBeforeItWasNotedIsTakenUp() {
        Jdbi jdbi = ledgerOf(5);
        assertThat(bucket.publishEntries(1, envelopes(jdbi, 1, 3))).isEqualTo(3);

        // It was not noted: the next one begins at 1 again, with what has come since.
        assertThat(bucket.publishEntries(1, envelopes(jdbi, 1, 5))).isEqualTo(3);
        assertThat(bucket.publishEntries(4, envelopes(jdbi, 4, 2))).isEqualTo(2);
        assertThat(bucket.publishEntries(4, envelopes(jdbi, 4, 1))).isEqualTo(1);
        publishHead(jdbi);
        publishHead(jdbi);
    }

    @Test
    void ofSeveralCheckpointsTheNewestCounts() {
        Jdbi jdbi = ledgerOf(2);
        publishHead(jdbi);
        append(jdbi, 3, 11);
        publishHead(jdbi);

        assertThat(bucket.newest(key.verificationKey()).orElseThrow().size()).isEqualTo(11);
    }

    @Test
    void nothingIsPublishedByALedgerThatNeverWas() {
        assertThat(bucket.newest(key.verificationKey())).isEmpty();
    }

    @Test
    void aLedgerThatWasRestoredToAnEarlierStateIsBehind() {
        Jdbi jdbi = ledgerOf(3);
        publish(jdbi, 1, 3);
        Jdbi restored = ledgerOf(2);

        Checkpoint newest = bucket.newest(key.verificationKey()).orElseThrow();

        assertThatThrownBy(() -> restored.useHandle(handle -> ledger.requireContinues(handle, newest)))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("ledger.behind-checkpoint");
        jdbi.useHandle(handle -> ledger.requireContinues(handle, newest));
    }

    @Test
    void aLedgerThatWentAnotherWayIsForkedAndPublishesNothing() {
        Jdbi jdbi = ledgerOf(3);
        publish(jdbi, 1, 3);
        // Restored to its first entry, and gone on with other runs until it was longer.
        Jdbi other = ledgerOf(1);
        append(other, 12, 15);

        Checkpoint newest = bucket.newest(key.verificationKey()).orElseThrow();

        assertThatThrownBy(() -> other.useHandle(handle -> ledger.requireContinues(handle, newest)))
                .hasMessageStartingWith("ledger.forked");
        assertThatThrownBy(() -> bucket.publishEntries(1, envelopes(other, 1, 4)))
                .hasMessageStartingWith("ledger.forked");
        Jdbi asLong = ledgerOf(2);
        append(asLong, 13, 13);
        assertThatThrownBy(() -> publishHead(asLong)).hasMessageStartingWith("ledger.forked");
        assertThat(keys("entries/")).hasSize(1);
        assertThat(bucket.newest(key.verificationKey())).contains(newest);
    }

    @Test
    void aCheckpointThatSomebodyElseSignedIsNotBelieved() {
        Jdbi jdbi = ledgerOf(1);
        SigningKey stranger = SigningKey.generate();
        jdbi.useHandle(handle -> bucket.publishCheckpoint(
                ledger.head(handle), ledger(stranger).checkpoint(handle), stranger.verificationKey()));

        assertThatThrownBy(() -> bucket.newest(key.verificationKey()))
                .hasMessageStartingWith("ledger.checkpoint-signature");
    }

    private Ledger ledger(SigningKey signer) {
        return new Ledger(instance, signer, Clock.fixed(SampleLedger.BEGIN, ZoneOffset.UTC));
    }

    /** A ledger of its own with this many runs, always the same ones. */
    private Jdbi ledgerOf(int runs) {
        LocalParts.Database database = LocalParts.shared().newDatabase("ledger");
        Jdbi jdbi = Jdbi.create(database.jdbcUrl(), database.user(), database.password());
        try (InputStream migration = Ledger.class.getResourceAsStream("/db/migration/V10__ledger.sql")) {
            String sql = new String(migration.readAllBytes(), StandardCharsets.UTF_8);
            jdbi.useHandle(handle -> {
                try (var statement = handle.getConnection().createStatement()) {
                    statement.execute(sql);
                } catch (java.sql.SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        append(jdbi, 1, runs);
        return jdbi;
    }

    private void append(Jdbi jdbi, int from, int to) {
        for (int run = from; run <= to; run++) {
            int number = run;
            jdbi.useTransaction(handle -> ledger.append(handle, "drill/" + number, SampleLedger.passedDrill(number)));
        }
    }

    private void publish(Jdbi jdbi, int first, int count) {
        assertThat(bucket.publishEntries(first, envelopes(jdbi, first, count))).isEqualTo(count);
        if (first + count - 1 == jdbi.withHandle(ledger::head).size()) {
            publishHead(jdbi);
        }
    }

    private void publishHead(Jdbi jdbi) {
        jdbi.useHandle((Handle handle) ->
                bucket.publishCheckpoint(ledger.head(handle), ledger.checkpoint(handle), key.verificationKey()));
    }

    private List<byte[]> envelopes(Jdbi jdbi, long first, int count) {
        return jdbi.withHandle(handle -> ledger.envelopes(handle, first, count));
    }

    private List<String> keys(String below) {
        try (Stream<ObjectInfo> listed = store.list("evidence/" + instance + "/" + below, Optional.empty())) {
            return listed.map(ObjectInfo::key).toList();
        }
    }

    private byte[] read(String key) throws IOException {
        try (InputStream in = store.get(key, Optional.empty())) {
            return in.readAllBytes();
        }
    }
}
