package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import dev.lifeboat.verifier.ledger.merkle.TreeHash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger's laws on a real PostgreSQL. */
class LedgerIT {

    private static final Clock CLOCK = Clock.fixed(SampleLedger.BEGIN, ZoneOffset.UTC);

    private final SigningKey key = SampleLedger.fixedKey();
    private final Ledger ledger = new Ledger("sample", key, CLOCK);
    private Jdbi jdbi;

    @TempDir
    private Path temp;

    @BeforeEach
    void emptyLedger() throws IOException {
        LocalParts.Database database = LocalParts.shared().newDatabase("ledger");
        jdbi = Jdbi.create(database.jdbcUrl(), database.user(), database.password());
        try (InputStream migration = Ledger.class.getResourceAsStream("/db/migration/V10__ledger.sql")) {
            String sql = new String(migration.readAllBytes(), StandardCharsets.UTF_8);
            jdbi.useHandle(handle -> execute(handle, sql));
        }
    }

    @Test
    void anEmptyLedgerHasACheckpoint() {
        Checkpoint head = jdbi.withHandle(ledger::head);
        assertThat(head).isEqualTo(new Checkpoint("lifeboat/sample", 0, TreeHash.EMPTY_ROOT));
    }

    @Test
    void entriesAreNumberedChainedAndKeptByteByByte() {
        LedgerPosition first = append(1);
        LedgerPosition second = append(2);
        LedgerEntry entry = jdbi.withHandle(handle -> ledger.entry(handle, 2)).orElseThrow();
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(second).isEqualTo(entry.position());
        assertThat(entry.prevHash().hex()).isEqualTo(first.digest());
        assertThat(entry.appendedAt()).isEqualTo(SampleLedger.BEGIN);
        assertThat(entry.envelope().isSignedBy(key.verificationKey())).isTrue();
        jdbi.useHandle(handle -> {
            assertThat(ledger.position(handle, key(2))).contains(second);
            assertThat(ledger.entry(handle, 3)).isEmpty();
        });
    }

    @Test
    void theSameRunHasOneEntryWhateverIsSaidTheSecondTime() {
        LedgerPosition first = append(1);
        LedgerPosition again = jdbi.inTransaction(handle -> ledger.append(handle, key(1), SampleLedger.failedDrill(1)));
        assertThat(again).isEqualTo(first);
        assertThat(jdbi.withHandle(ledger::head).size()).isEqualTo(1);
    }

    @Test
    void anEntryIsCommittedWithTheCallersWorkOrNotAtAll() {
        append(1);
        assertThatThrownBy(() -> jdbi.useTransaction(handle -> {
                    ledger.append(handle, key(2), SampleLedger.passedDrill(2));
                    throw new IllegalStateException("the caller's own work failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(append(3).sequence()).isEqualTo(2);
        assertThat(verifyExport()).isEqualTo(new LedgerVerifier.Outcome.Holds(jdbi.withHandle(ledger::head)));
    }

    @Test
    void nothingIsAppendedOutsideATransaction() {
        assertThatThrownBy(() -> jdbi.useHandle(handle -> ledger.append(handle, key(1), SampleLedger.passedDrill(1))))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith("ledger.no-transaction");
    }

    @Test
    void eightAppendersLeaveNoGapAndNoRunTwice() throws Exception {
        int appenders = 8;
        int runs = 60;
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Map<Integer, LedgerPosition>>> told = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(appenders)) {
            for (int appender = 0; appender < appenders; appender++) {
                int offset = appender;
                told.add(threads.submit(() -> {
                    Map<Integer, LedgerPosition> positions = new HashMap<>();
                    try (Handle handle = jdbi.open()) {
                        start.await();
                        // Each appends every run, beginning somewhere else, and some only after having rolled it back.
                        for (int i = 0; i < runs; i++) {
                            int run = (i + offset * 5) % runs;
                            if (i % 7 == offset % 7) {
                                rolledBack(handle, run);
                            }
                            positions.put(run, handle.inTransaction(transaction -> append(transaction, run)));
                        }
                    }
                    return positions;
                }));
            }
            start.countDown();
        }
        Map<Integer, Set<LedgerPosition>> positions = new HashMap<>();
        for (Future<Map<Integer, LedgerPosition>> appender : told) {
            appender.get()
                    .forEach((run, position) ->
                            positions.computeIfAbsent(run, r -> new HashSet<>()).add(position));
        }
        assertThat(positions.values()).allSatisfy(of -> assertThat(of).hasSize(1));
        List<Long> sequences =
                jdbi.withHandle(handle -> handle.createQuery("select sequence from ledger_entry order by sequence")
                        .mapTo(Long.class)
                        .list());
        assertThat(sequences).isEqualTo(LongStream.rangeClosed(1, runs).boxed().toList());
        Checkpoint head = jdbi.withHandle(ledger::head);
        assertThat(head.size()).isEqualTo(runs);
        assertThat(verifyExport()).isEqualTo(new LedgerVerifier.Outcome.Holds(head));
    }

    @Test
    void proofsHoldForEverySizeThatTheLedgerHad() {
        List<Checkpoint> heads = new ArrayList<>();
        heads.add(jdbi.withHandle(ledger::head));
        for (int i = 1; i <= 13; i++) {
            append(i);
            heads.add(jdbi.withHandle(ledger::head));
        }
        Checkpoint last = heads.getLast();
        jdbi.useHandle(handle -> {
            for (Checkpoint head : heads) {
                assertThat(ledger.consistency(handle, head.size(), last.size()).holds(head.root(), last.root()))
                        .isTrue();
                for (long sequence = 1; sequence <= head.size(); sequence++) {
                    Sha256 leaf = ledger.entry(handle, sequence)
                            .orElseThrow()
                            .envelope()
                            .leafHash();
                    assertThat(ledger.inclusion(handle, sequence, head.size()).holds(leaf, head.root()))
                            .isTrue();
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update ledger_entry set run_key = 'x' where sequence = 1",
                "delete from ledger_entry where sequence = 2",
                "truncate ledger_entry",
                "insert into ledger_entry select sequence + 2, 'x', envelope, entry_digest, leaf_hash, prev_hash,"
                        + " appended_at from ledger_entry where sequence = 2",
                "insert into ledger_entry select sequence + 1, 'x', envelope, entry_digest, leaf_hash, prev_hash,"
                        + " appended_at from ledger_entry where sequence = 2",
                "update ledger_node set hash = sha256('')",
                "delete from ledger_node",
                "truncate ledger_node",
                "update ledger_head set sequence = 1",
                "update ledger_head set root = sha256('')",
                "delete from ledger_head",
                "truncate ledger_head",
            })
    void theDatabaseRefusesToChangeWhatIsRecorded(String sql) {
        append(1);
        append(2);
        assertThatThrownBy(() -> jdbi.useHandle(handle -> execute(handle, sql)))
                .hasRootCauseInstanceOf(SQLException.class)
                .rootCause()
                .extracting(cause -> ((SQLException) cause).getSQLState())
                .isEqualTo("23000");
        assertThat(verifyExport()).isInstanceOf(LedgerVerifier.Outcome.Holds.class);
    }

    @Test
    void whatAnOwnerOfTheDatabaseChangesOnPurposeIsFound() {
        for (int i = 1; i <= 5; i++) {
            append(i);
        }
        Checkpoint published = jdbi.withHandle(ledger::head);
        jdbi.useHandle(handle -> execute(
                handle,
                "alter table ledger_entry disable trigger user;"
                        + " update ledger_entry set envelope = (select envelope from ledger_entry where sequence = 4)"
                        + " where sequence = 3"));
        assertThat(verifyExport()).isInstanceOfSatisfying(LedgerVerifier.Outcome.Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(3);
            assertThat(broken.fault()).isEqualTo(LedgerFault.SEQUENCE);
        });
        assertThat(published.size()).isEqualTo(5);
    }

    @Test
    void aLedgerGoesOnOnlyFromWhatItPublished() {
        append(1);
        append(2);
        Checkpoint published = jdbi.withHandle(ledger::head);
        append(3);
        jdbi.useHandle(handle -> ledger.requireContinues(handle, published));
        refused(new Checkpoint("lifeboat/sample", 4, published.root()), "ledger.behind-checkpoint");
        refused(new Checkpoint("lifeboat/sample", 2, TreeHash.EMPTY_ROOT), "ledger.forked");
        refused(new Checkpoint("lifeboat/other", 2, published.root()), "ledger.other-origin");
    }

    @Test
    void anInstanceWithAnotherKeyOrNameAppendsNothing() {
        append(1);
        Map<String, Ledger> others = Map.of(
                "ledger.other-key", new Ledger("sample", SigningKey.generate(), CLOCK),
                "ledger.other-origin", new Ledger("other", key, CLOCK));
        others.forEach((code, other) -> assertThatThrownBy(
                        () -> jdbi.useTransaction(handle -> other.append(handle, key(2), SampleLedger.passedDrill(2))))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith(code));
    }

    @Test
    void anExportIsVerifiedByTheCommandWithTheKeyAlone() throws IOException {
        append(1);
        export();
        append(2);
        export();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(VerifyCommand.run(new String[] {temp.toString()}, print, print))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("holds: 2 entries of lifeboat/sample");
        assertThat(temp.toFile().list())
                .containsExactlyInAnyOrder(LedgerExport.ENTRIES, LedgerExport.CHECKPOINT, LedgerExport.PUBLIC_KEY);
    }

    @Test
    void aPrincipalKeepsItsPseudonymUntilItIsErased() {
        jdbi.useHandle(handle -> {
            UUID alice = PrincipalPseudonyms.of(handle, "alice");
            assertThat(PrincipalPseudonyms.of(handle, "alice")).isEqualTo(alice);
            assertThat(PrincipalPseudonyms.of(handle, "bob")).isNotEqualTo(alice);
            PrincipalPseudonyms.erase(handle, "alice");
            assertThat(PrincipalPseudonyms.of(handle, "alice")).isNotEqualTo(alice);
        });
    }

    private static String key(int number) {
        return "drill/" + number;
    }

    private LedgerPosition append(int number) {
        return jdbi.inTransaction(handle -> append(handle, number));
    }

    private LedgerPosition append(Handle transaction, int number) {
        return ledger.append(transaction, key(number), SampleLedger.passedDrill(number));
    }

    private void rolledBack(Handle handle, int number) {
        handle.begin();
        append(handle, number);
        handle.rollback();
    }

    private void refused(Checkpoint published, String code) {
        assertThatThrownBy(() -> jdbi.useHandle(handle -> ledger.requireContinues(handle, published)))
                .isInstanceOf(LedgerException.class)
                .hasMessageStartingWith(code);
    }

    private void export() {
        jdbi.useTransaction(handle -> {
            try {
                new LedgerExport(ledger).write(handle, temp);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private LedgerVerifier.Outcome verifyExport() {
        StringBuilder lines = new StringBuilder();
        String note = jdbi.withHandle(handle -> {
            long size = ledger.head(handle).size();
            new LedgerStore(handle).forEachEnvelope(1, size, envelope -> lines.append(
                            new String(envelope, StandardCharsets.ISO_8859_1))
                    .append('\n'));
            return ledger.checkpoint(handle);
        });
        return SampleLedger.verify(lines.toString(), note);
    }

    private static void execute(Handle handle, String sql) {
        try (java.sql.Statement statement = handle.getConnection().createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
