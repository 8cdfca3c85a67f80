package dev.lifeboat.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.backup.dump.DatabaseFacts.Dumpable;
import dev.lifeboat.platform.inventory.FingerprintReader.Table;
import dev.lifeboat.platform.operations.Step;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.Fingerprints.DatabaseFingerprint;
import dev.lifeboat.schemas.backup.Fingerprints.LargeObjects;
import dev.lifeboat.schemas.backup.Fingerprints.SequenceState;
import dev.lifeboat.schemas.backup.Fingerprints.TableFingerprint;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decisions of a dump, without a server. */
class DumpDecisionsTest {

    @Test
    void warningsAreOmissionsWithTheirDetails() {
        assertThat(Omissions.in(
                        "database shop",
                        List.of(
                                "pg_dump: last built-in OID is 16383",
                                "pg_dump: warning: subscriptions not dumped because current user is not a superuser",
                                "pg_dump: warning: there are circular foreign-key constraints on this table:",
                                "pg_dump: detail: node",
                                "pg_dump: hint: You might not be able to restore the dump.",
                                "pg_dump: dumping contents of table \"public.t\"",
                                "pg_dump: detail: of nothing that was warned of")))
                .containsExactly(
                        "database shop: subscriptions not dumped because current user is not a superuser",
                        "database shop: there are circular foreign-key constraints on this table:; node; You might not be"
                                + " able to restore the dump.");
        assertThat(Omissions.in("globals", List.of())).isEmpty();
    }

    @Test
    void theListingTellsTablesByOidWhateverTheirNames() {
        ArchiveListing listing = ArchiveListing.parse(List.of(
                ";",
                "; Archive created at 2026-11-21 12:00:00 UTC",
                ";     dbname: sh'op TABLE DATA",
                "215; 1259 16391 TABLE public orders alice",
                "3375; 0 16391 TABLE DATA public orders alice",
                "3376; 0 16400 TABLE DATA s x TABLE DATA t bob smith",
                "3390; 0 0 SEQUENCE SET public orders_id_seq alice",
                "3391; 0 0 BLOBS - BLOBS "));
        assertThat(listing.entries()).isEqualTo(5);
        assertThat(listing.tableData()).containsExactly(16391L, 16400L);
        assertThat(listing.dataEntries()).containsExactly("3375", "3376");
        assertThat(listing.sequenceSets()).containsExactly("3390; 0 0 SEQUENCE SET public orders_id_seq alice");
        assertThat(listing.missing(Map.of(16391L, "public.orders", 16400L, "s.\"x\"")))
                .isEmpty();
        assertThat(listing.missing(Map.of(16391L, "public.orders", 7L, "b.lost", 8L, "a.lost")))
                .containsExactly("a.lost", "b.lost");
    }

    @Test
    void sequencesAreReadFromTheDumpsOwnStatements() {
        assertThat(
                        SequenceSets.parse(
                                """
                        SET client_encoding = 'UTF8';
                        SELECT pg_catalog.set_config('search_path', '', false);
                        SELECT pg_catalog.setval('public.orders_id_seq', 42, true);
                        SELECT pg_catalog.setval('"s ''c""h"."a.b"', -7, false);
                        SELECT pg_catalog.setval('public."line
                        break"', 1, true);
                        """))
                .containsExactly(
                        new SequenceState("public", "orders_id_seq", 42, true),
                        new SequenceState("s 'c\"h", "a.b", -7, false),
                        new SequenceState("public", "line\nbreak", 1, true));
    }

    @Test
    void rewrittenTablesAreNotComparedAndSequencesAreTheDumps() {
        DatabaseFingerprint read = new DatabaseFingerprint(
                "shop",
                List.of(
                        new TableFingerprint("public", "kept", 2L, "ab", null),
                        new TableFingerprint("public", "cut", 9L, "cd", null),
                        new TableFingerprint("public", "view", null, null, "materialised view")),
                List.of(new SequenceState("public", "s", 50, true)),
                new LargeObjects(0, "00"));
        DatabaseFingerprint settled = DatabaseDumper.settled(
                read,
                List.of(new Table("public", "cut"), new Table("public", "view")),
                List.of(new SequenceState("public", "s", 43, true), new SequenceState("ext", "own", 1, true)));
        assertThat(settled.tables())
                .containsExactly(
                        new TableFingerprint("public", "kept", 2L, "ab", null),
                        new TableFingerprint("public", "cut", null, null, "rewritten after the snapshot"),
                        new TableFingerprint("public", "view", null, null, "materialised view"));
        assertThat(settled.sequences()).containsExactly(new SequenceState("public", "s", 43, true));
    }

    @Test
    void keysSayWhoseTheyAre() {
        UUID cluster = new UUID(1, 1);
        UUID backup = new UUID(2, 2);
        DumpKeys keys = new DumpKeys("shop", cluster, backup);
        assertThat(keys.place().manifest())
                .isEqualTo("clusters/shop/" + cluster + "/dump/" + backup + "/manifest.json");
        assertThat(keys.file(3, 16384, "toc.dat"))
                .isEqualTo("clusters/shop/" + cluster + "/dump/" + backup + "/3/databases/16384/toc.dat");
        assertThat(keys.place().olderThan(3, keys.globals(2))).isTrue();
        assertThat(keys.place().olderThan(3, keys.globals(3))).isFalse();
        assertThat(keys.place().olderThan(10, keys.globals(9))).isTrue();
        assertThat(keys.place().olderThan(3, keys.place().manifest())).isFalse();
        assertThat(keys.place().olderThan(3, keys.clusterDescription())).isFalse();
        assertThat(keys.place().olderThan(3, new DumpKeys("shop", cluster, new UUID(2, 3)).globals(1)))
                .isFalse();
    }

    @Test
    void databasesAreTheWantedOnesOrAll() {
        List<Dumpable> there = List.of(new Dumpable("a", 1), new Dumpable("b", 2));
        assertThat(Selected.from(List.of(), there)).isEqualTo(there);
        assertThat(Selected.from(null, there)).isEqualTo(there);
        assertThat(Selected.from(List.of("b", "a", "b"), there))
                .extracting(Dumpable::name)
                .containsExactly("b", "a");
        assertThatThrownBy(() -> Selected.from(List.of("x", "a", "y"), there))
                .isInstanceOfSatisfying(DumpFailure.class, failure -> {
                    assertThat(failure.failure().expected()).isEqualTo("x, y");
                    assertThat(failure.failure().found()).isEqualTo("a, b");
                    assertThat(failure.retryable()).isFalse();
                });
    }

    @ParameterizedTest
    @CsvSource({"true, 1, PT2S", "true, 2, PT4S", "true, 7, PT1M", "true, 8,", "false, 1,"})
    void aFaultThatMayPassIsTriedAgainEverLaterButNotForEver(boolean retryable, int attempt, Duration delay) {
        Failure failure = new Failure("x.y", "m", null, null, null);
        Step step = DumpFaults.step(new DumpFailure(failure, retryable), attempt, 8);
        assertThat(step).isEqualTo(delay == null ? new Step.Failed(failure) : new Step.RetryAfter(delay, failure));
    }

    @Test
    void whateverIsThrownHasACode() {
        assertThat(code(new IOException("wrapped", new SQLException("gone", "3D000"))))
                .isEqualTo("postgres.database-missing");
        assertThat(code(new SQLException("cache lookup failed for relation 7", "XX000")))
                .isEqualTo("dump.schema-changed");
        assertThat(code(new SQLException("permission denied for large object 4711", "42501")))
                .isEqualTo("postgres.privilege-missing");
        assertThat(code(new FileSystemException("/scratch/1", null, "No space left on device")))
                .isEqualTo("dump.disk-full");
        assertThat(code(new IllegalStateException("?"))).isEqualTo("dump.unexpected");
        assertThat(DumpFaults.classify(new IllegalStateException("?")).retryable())
                .isFalse();
    }

    private static String code(Throwable thrown) {
        return DumpFaults.classify(thrown).failure().code();
    }

    @Test
    void anEstimateFollowsExperience() {
        assertThat(DumpEstimate.bytes(1000, OptionalDouble.empty())).isEqualTo(250);
        assertThat(DumpEstimate.bytes(1000, OptionalDouble.of(0.1))).isEqualTo(100);
        assertThat(DumpEstimate.bytes(0, OptionalDouble.of(0.1))).isEqualTo(1);
    }

    @Test
    void namesArePercentEncodedByteByByte() {
        assertThat(DumpSource.percent("a=ü")).isEqualTo("%61%3d%c3%bc");
    }
}
