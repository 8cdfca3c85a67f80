package dev.lifeboat.verifier.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.LargeObjects;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import dev.lifeboat.schemas.backup.Inventory;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What differs between what was and what came back, without a server. */
class ComparisonsTest {
    private static final LargeObjects NO_OBJECTS = new LargeObjects(0, "00");
    private static final SequenceState ORDERS = new SequenceState("public", "orders_id_seq", 10, true);

    static Stream<Arguments> tables() {
        return Stream.of(
                Arguments.of("the same", table(7L, "aa", null), table(7L, "aa", null), 0, 0),
                Arguments.of("a row less", table(7L, "aa", null), table(6L, "ab", null), 1, 1),
                Arguments.of("another row", table(7L, "aa", null), table(7L, "ab", null), 0, 1),
                Arguments.of("only counted, the same", table(7L, null, null), table(7L, null, null), 0, 0),
                Arguments.of("only counted, fewer", table(7L, null, null), table(6L, null, null), 1, 0),
                Arguments.of("digested and now only counted", table(7L, "aa", null), table(7L, null, null), 0, 1),
                Arguments.of("digested and now left out", table(7L, "aa", null), table(null, null, "unlogged"), 1, 1),
                Arguments.of("left out before", table(null, null, "unlogged"), table(3L, "aa", null), 0, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void aTable(String name, TableFingerprint was, TableFingerprint is, int counts, int contents) {
        FingerprintComparison comparison = FingerprintComparison.of(database(was), database(is));

        assertThat(comparison.counts()).hasSize(counts);
        assertThat(comparison.contents()).hasSize(contents);
    }

    @Test
    void aTableOfAnotherSchemaIsAnotherTable() {
        TableFingerprint elsewhere = new TableFingerprint("private", "orders", 7L, "aa", null);

        FingerprintComparison comparison =
                FingerprintComparison.of(database(table(7L, "aa", null)), database(elsewhere));

        assertThat(comparison.counts()).containsExactly("public.orders in shop: not there");
        assertThat(comparison.contents()).containsExactly("public.orders in shop: not there");
    }

    @Test
    void aSequenceThatStandsElsewhereIsADifference() {
        DatabaseFingerprint was = new DatabaseFingerprint("shop", List.of(), List.of(ORDERS), NO_OBJECTS);
        DatabaseFingerprint behind = new DatabaseFingerprint(
                "shop", List.of(), List.of(new SequenceState("public", "orders_id_seq", 9, true)), NO_OBJECTS);
        DatabaseFingerprint without = new DatabaseFingerprint("shop", List.of(), null, NO_OBJECTS);

        assertThat(FingerprintComparison.of(was, behind).contents())
                .containsExactly("sequence public.orders_id_seq in shop");
        assertThat(FingerprintComparison.of(was, without).contents()).hasSize(1);
        assertThat(FingerprintComparison.of(was, was).contents()).isEmpty();
    }

    @Test
    void anotherCollationVersionIsDriftAndNoDifference() {
        Inventory was = inventory("2.36", "153.120");
        Inventory is = inventory("2.41", "153.121");

        InventoryComparison comparison = InventoryComparison.of(was, is, List.of("shop"), "lifeboat_sandbox");

        assertThat(comparison.missing()).isEmpty();
        assertThat(comparison.extra()).isEmpty();
        assertThat(comparison.drift())
                .containsExactly(
                        "default collation of database shop: 2.36 there, 2.41 here",
                        "collation de: 153.120 there, 153.121 here");
    }

    @Test
    void onlyTheSandboxsOwnRoleMayBeExtra() {
        Inventory was = inventory("1", "1");
        Inventory is = new Inventory(
                1,
                null,
                null,
                null,
                150018,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                List.of(role("lifeboat_sandbox"), role("owner"), role("stranger")),
                List.of(),
                was.databases());

        InventoryComparison comparison = InventoryComparison.of(was, is, List.of("shop"), "lifeboat_sandbox");

        assertThat(comparison.extra()).containsExactly("role stranger");
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 499, true",
        "1000, 500, false",
        "1000, 2000, false",
        "999, 0, false",
        "1000, , false",
        "-1, 0, false",
    })
    void farFewerRowsThanEstimatedAreSuspicious(long estimated, Long counted, boolean suspicious) {
        Inventory.Table estimate = new Inventory.Table("public", "orders", "r", false, false, null, estimated, 8192);

        assertThat(RowEstimates.isSuspicious(estimate, counted)).isEqualTo(suspicious);
        assertThat(RowEstimates.isSuspicious(null, counted)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "42P01 | relation x does not exist | SQLSTATE 42P01, relation x does not exist",
                "XX001 | invalid page in block 3   | SQLSTATE XX001, invalid page in block 3",
                "22P02 | invalid input: 'alice'    | SQLSTATE 22P02, and a message that is left out because it may show a row's values",
                "23505 | Key (id)=(17) exists      | SQLSTATE 23505, and a message that is left out because it may show a row's values",
                "P0001 | bob owes 17               | SQLSTATE P0001, and a message that is left out because it may show a row's values",
                "ZZ999 | who knows                 | SQLSTATE ZZ999, and a message that is left out because it may show a row's values",
                "      | The connection is closed  | The connection is closed",
            })
    void aServersErrorIsRepeatedOnlyWhereItCannotShowARow(String state, String message, String shown) {
        assertThat(SqlTrouble.of(new SQLException(message + "\nDetail: more", state)))
                .isEqualTo(shown);
    }

    @Test
    void whenThereIsNoWayToTheCopyEachCheckIsInconclusive() {
        Checks checks = new Checks(
                List.of(new ServerStarts(), new Identity(), new ContentCompared()),
                InstantSource.fixed(Instant.parse("2026-11-21T05:00:00Z")));

        List<CheckResult> results = checks.withoutTheRest(List.of(), "The sandbox is gone.");

        assertThat(results)
                .extracting(CheckResult::name, CheckResult::verdict, CheckResult::required, CheckResult::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "server-starts", Verdict.INCONCLUSIVE, true, "The sandbox is gone."),
                        org.assertj.core.groups.Tuple.tuple(
                                "identity", Verdict.INCONCLUSIVE, true, "The sandbox is gone."),
                        org.assertj.core.groups.Tuple.tuple(
                                "row-counts", Verdict.INCONCLUSIVE, true, "The sandbox is gone."));
    }

    @Test
    void whatWasSeenBeforeItBrokeOffStands() {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T05:00:00Z"));
        Checks checks = new Checks(
                List.of(new ServerStarts(), new Identity(), new InventoryCompared(clock), new ContentCompared()),
                clock);
        CheckResult starts = new CheckResult("server-starts", true, Verdict.PASSED, null, null, null, null, null);
        CheckResult failed = new CheckResult("identity", true, Verdict.FAILED, "Another.", null, null, null, null);

        List<CheckResult> results = checks.withoutTheRest(List.of(starts, failed), "It took too long.");

        assertThat(results.subList(0, 2)).containsExactly(starts, failed);
        assertThat(results.subList(2, 4))
                .extracting(CheckResult::name, CheckResult::verdict)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("inventory", Verdict.INCONCLUSIVE),
                        org.assertj.core.groups.Tuple.tuple("row-counts", Verdict.INCONCLUSIVE));
    }

    private static TableFingerprint table(Long rows, String digest, String excluded) {
        return new TableFingerprint("public", "orders", rows, digest, excluded);
    }

    private static DatabaseFingerprint database(TableFingerprint table) {
        return new DatabaseFingerprint("shop", List.of(table), List.of(), NO_OBJECTS);
    }

    private static Inventory.Role role(String name) {
        return new Inventory.Role(name, false, true, false, false, List.of());
    }

    private static Inventory inventory(String databaseCollation, String collation) {
        Inventory.Database shop = new Inventory.Database(
                "shop",
                1,
                "owner",
                "UTF8",
                "libc",
                "de_DE.UTF-8",
                "de_DE.UTF-8",
                null,
                databaseCollation,
                databaseCollation,
                1,
                List.of(),
                List.of(new Inventory.Collation("public", "de", "icu", collation, collation)),
                List.of(),
                Map.of(),
                0L);
        return new Inventory(
                1,
                null,
                null,
                null,
                150018,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                List.of(role("owner")),
                List.of(),
                List.of(shop));
    }
}
