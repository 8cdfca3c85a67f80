package dev.lifeboat.verifier.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.local.LocalParts;
import dev.lifeboat.local.PostgresCluster;
import dev.lifeboat.platform.postgres.PostgresTools;
import dev.lifeboat.platform.process.ProcessRunner;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.schemas.backup.Fingerprints;
import dev.lifeboat.schemas.fleet.CheckSpec;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each check against a real server, on a copy that is well and on one that is not. */
class ChecksIT {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T06:00:00Z"));
    private static final ProcessRunner PROCESSES =
            new ProcessRunner(LocalParts.shared().newFolder("checks").resolve("p"), Duration.ofSeconds(5));
    private static final AmCheck AMCHECK = new AmCheck(PROCESSES, new PostgresTools(PROCESSES, PostgresTools.DEBIAN));

    @AfterEach
    void tidy() {
        RestoredCopy.dropAll();
    }

    @Test
    void allChecksPassOnACopyWithCruelNames() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();
        List<Check> all = List.of(
                AMCHECK,
                new OwnersAssertions(Duration.ofSeconds(20)),
                new ContentCompared(),
                new InventoryCompared(CLOCK),
                new Identity(),
                new ServerStarts());
        List<String> heard = new ArrayList<>();

        List<CheckResult> results = new Checks(all, CLOCK)
                .run(
                        RestoredCopy.sandbox(),
                        copy.dump(assertion(copy, "select count(*) from payments", "400")),
                        () -> {},
                        soFar -> heard.add(soFar.getLast().name()));

        assertThat(results)
                .allSatisfy(
                        result -> assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.PASSED));
        assertThat(results)
                .extracting(CheckResult::name)
                .containsExactly(
                        "server-starts",
                        "identity",
                        "inventory",
                        "collations",
                        "row-counts",
                        "content-equality",
                        "sql/rule",
                        "amcheck");
        assertThat(heard).hasSize(6);
        // once more, after what the checks themselves have left: amcheck's extension is no difference
        assertThat(look(new InventoryCompared(CLOCK), copy.dump()).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aCheckThatCannotLookIsInconclusiveAndTheNextOneRuns() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();
        Sandbox locked = new Sandbox(
                PostgresCluster.HOST,
                RestoredCopy.server().port(),
                "postgres",
                Secret.of("wrong-password"),
                "postgres");

        List<CheckResult> results = new Checks(List.of(new ServerStarts(), new Identity(), AMCHECK), CLOCK)
                .run(locked, copy.dump(), () -> {}, soFar -> {});

        assertThat(results).hasSize(3).allSatisfy(result -> {
            assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(result.required()).isTrue();
            assertThat(result.reason()).isNotBlank().doesNotContain("wrong-password");
        });
    }

    // --- server starts ---

    @Test
    void aServerThatTakesNoWriteFails() throws Exception {
        PostgresCluster server = RestoredCopy.server();
        server.execute("postgres", "create role weak login password 'weak' nosuperuser");
        Sandbox weak = new Sandbox(PostgresCluster.HOST, server.port(), "weak", Secret.of("weak"), "postgres");
        try {
            Outcome outcome =
                    new ServerStarts().look(weak, RestoredCopy.cruel().dump()).getFirst();

            assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(outcome.found()).isEqualTo("SQLSTATE 42501");
        } finally {
            server.execute("postgres", "drop role weak");
        }
    }

    @Test
    void readOnlyByDefaultIsTheOwnersChoiceAndNoFailure() throws Exception {
        RestoredCopy copy = RestoredCopy.whole();
        Sandbox inside = inside(copy);
        copy.after(
                "alter database " + copy.database() + " set default_transaction_read_only = on",
                "drop schema public cascade");

        assertThat(new ServerStarts().look(inside, copy.dump()).getFirst().verdict())
                .isEqualTo(Verdict.PASSED);
    }

    // --- identity ---

    @Test
    void filesOfAnotherClusterFail() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();

        assertThat(look(new Identity(), copy.files()).verdict()).isEqualTo(Verdict.PASSED);
        Outcome other = look(new Identity(), copy.files("7400000000000000001"));
        assertThat(other.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(other.expected()).isEqualTo("system identifier 7400000000000000001");
        assertThat(other.found())
                .isEqualTo("system identifier " + copy.inventory().systemIdentifier());
    }

    @Test
    void aBackupOfAnotherClusterOrMajorVersionFails() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();

        assertThat(look(new Identity(), copy.of(UUID.randomUUID(), 15)).verdict())
                .isEqualTo(Verdict.FAILED);
        assertThat(look(new Identity(), copy.of(copy.clusterId(), 16)).verdict())
                .isEqualTo(Verdict.FAILED);
        assertThat(look(new Identity(), copy.of(copy.clusterId(), 15)).verdict())
                .isEqualTo(Verdict.PASSED);
    }

    // --- inventory ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drop table payments_02                            | missing or different: table public.payments_02",
                "drop table \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\"    | table sch\"ema 'ü.tab\"le ; ö",
                "drop view totals                                  | views: 0 of 1",
                "drop function one()                               | functions",
                "drop index \"sch\"\"ema 'ü\".\"in\"\"dex\"        | indexes",
                "drop extension citext cascade                     | extension citext",
                "drop sequence numbers                             | sequences: 0 of 1",
                "select lo_unlink(4711)                            | large objects: 0 of 1",
                "create table more (n int)                         | not there before: table public.more",
                "create extension pg_trgm                          | not there before: extension pg_trgm",
                "create view more as select 1                      | not there before: views: 2 of 1",
                "create type mood as enum ('well')                 | not there before: types: 1 of 0",
                "alter table specials add check (true)             | not there before: checks: 1 of 0",
            })
    void whatIsMissingOrTooMuchIsNamed(String damage, String named) throws Exception {
        RestoredCopy copy = RestoredCopy.whole().after(damage);

        Outcome outcome = look(new InventoryCompared(CLOCK), copy.dump());

        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.found()).contains(named);
        // Files are restored to a little later than their inventory was taken: the same difference decides nothing.
        assertThat(look(new InventoryCompared(CLOCK), copy.files()).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void rolesAndDatabasesThatDifferAreNamed() throws Exception {
        RestoredCopy copy = RestoredCopy.whole();
        PostgresCluster server = RestoredCopy.server();
        server.execute(
                "postgres",
                "drop role reporting",
                "create role burglar superuser",
                "alter role " + PostgresCluster.quoted(RestoredCopy.CRUEL) + " bypassrls");
        try {
            Outcome outcome = look(new InventoryCompared(CLOCK), copy.dump());

            assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(outcome.found())
                    .contains("role reporting")
                    .contains("role " + RestoredCopy.CRUEL + " has other attributes")
                    .contains("not there before: role burglar");
        } finally {
            server.execute(
                    "postgres",
                    "create role reporting",
                    "drop role burglar",
                    "alter role " + PostgresCluster.quoted(RestoredCopy.CRUEL) + " nobypassrls");
        }
        server.execute("postgres", "drop database " + copy.database());
        assertThat(look(new InventoryCompared(CLOCK), copy.dump()).found())
                .isEqualTo("missing or different: database " + copy.database());
    }

    // --- content ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set \"näme\" = 'Row' where \"id \"\" '\" = 250",
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set amount = 275.000 where \"id \"\" '\" = 250",
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set ratio = ratio + 1e-13 where \"id \"\" '\" = 250",
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set at = at + interval '1 microsecond' where \"id \"\" '\" = 250",
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set raw = '\\x00' where \"id \"\" '\" = 250",
                "update \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" set tags = array['a', 'null', '250'] where \"id \"\" '\" = 250",
                "update payments_02 set amount = amount + 0.01 where id = (select max(id) from payments_02)",
                "update specials set f = '0' where n = 1.10 and f = '-0'",
                "update specials set n = 1.100 where f = 0 and n::text = '1.1'",
                "update specials set f = 0 where f is null",
                "select nextval('numbers')",
                "select lo_put(4711, 299999, '\\xac')",
            })
    void oneAlteredValueBreaksEqualityAndNotTheCounts(String damage) throws Exception {
        RestoredCopy copy = RestoredCopy.whole();
        assertThat(verdicts(copy.dump())).containsExactly(Verdict.PASSED, Verdict.PASSED);

        copy.after(damage);

        assertThat(verdicts(copy.dump())).containsExactly(Verdict.PASSED, Verdict.FAILED);
    }

    @Test
    void aRowThatIsGoneBreaksBoth() throws Exception {
        RestoredCopy copy = RestoredCopy.whole().after("delete from payments where id = 17");

        List<Outcome> outcomes = new ContentCompared().look(RestoredCopy.sandbox(), copy.dump());

        assertThat(outcomes).extracting(Outcome::verdict).containsExactly(Verdict.FAILED, Verdict.FAILED);
        assertThat(outcomes.getFirst().found())
                .isEqualTo("public.payments_01 in " + copy.database() + ": 215 rows of 216");
    }

    @Test
    void aRowThatTookAnothersPlaceIsSeen() throws Exception {
        RestoredCopy copy = RestoredCopy.whole()
                .after("delete from payments where id = 17", "insert into payments values (18, '2026-01-19', 0.18)");

        assertThat(verdicts(copy.dump())).containsExactly(Verdict.PASSED, Verdict.FAILED);
    }

    @Test
    void aTableThatIsGoneBreaksBoth() throws Exception {
        RestoredCopy copy = RestoredCopy.whole().after("drop table specials");

        assertThat(verdicts(copy.dump())).containsExactly(Verdict.FAILED, Verdict.FAILED);
    }

    @Test
    void whatALaterVersionMeasuredIsNotCompared() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();
        Fingerprints later = new Fingerprints(
                1, "full", "something newer", copy.fingerprints().databases());

        assertThat(verdicts(copy.dump(Optional.of(later)))).containsExactly(Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE);
    }

    @Test
    void aDatabaseWithoutItsFingerprintsIsNotEqual() throws Exception {
        Fingerprints none =
                new Fingerprints(1, "full", RestoredCopy.cruel().fingerprints().algorithm(), List.of());

        assertThat(verdicts(RestoredCopy.cruel().dump(Optional.of(none))))
                .containsExactly(Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE);
    }

    @Test
    void withoutFingerprintsNothingIsCalledEqual() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();

        for (Material material : List.of(copy.dump(Optional.empty()), copy.files())) {
            List<Outcome> outcomes = new ContentCompared().look(RestoredCopy.sandbox(), material);
            assertThat(outcomes).extracting(Outcome::verdict).containsExactly(Verdict.PASSED, Verdict.NOT_APPLICABLE);
            assertThat(outcomes.getFirst().required()).isFalse();
            assertThat(outcomes.getLast().reason()).isNotBlank();
        }
    }

    // --- the owner's assertions ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select count(*) from payments            | 400  | PASSED       |",
                "select count(*) from payments;           | 400  | PASSED       |",
                "values ('a;b')                           | a;b  | PASSED       |",
                "show server_version_num                  | x    | FAILED       | another value",
                "select count(*) from payments            | 399  | FAILED       | another value",
                "select null                              | null | FAILED       | another value",
                "select id from payments where false      | 1    | FAILED       | no row",
                "select id from payments                  | 1    | INCONCLUSIVE | more than one row",
                "select 1, 2                              | 1    | INCONCLUSIVE | more than one column",
                "select nothing from nowhere              | 1    | INCONCLUSIVE | SQLSTATE 42P01",
                "selec 1                                  | 1    | INCONCLUSIVE | SQLSTATE 42601",
                "select 1/0                               | 1    | INCONCLUSIVE | SQLSTATE 22012",
                "select pg_sleep(60)                      | 1    | INCONCLUSIVE | no answer within PT1S",
                "delete from payments returning 1         | 1    | INCONCLUSIVE | SQLSTATE 25006",
                "with gone as (delete from payments returning 1) select count(*) from gone | 400 | INCONCLUSIVE | SQLSTATE 25006",
                "select nextval('numbers')                | 8    | INCONCLUSIVE | SQLSTATE 25006",
                "commit; delete from payments returning 1 | 1    | INCONCLUSIVE | one statement",
                "set transaction read write; delete from payments returning 1 | 1 | INCONCLUSIVE | one statement",
                "drop table payments                      | 1    | INCONCLUSIVE | SQLSTATE 25006",
                "''                                       | 1    | INCONCLUSIVE | one statement",
            })
    void anAssertionHoldsOrSaysWhyNot(String sql, String expect, Verdict verdict, String reason) throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();
        OwnersAssertions check = new OwnersAssertions(Duration.ofSeconds(1));

        Outcome outcome = check.look(RestoredCopy.sandbox(), copy.dump(assertion(copy, sql, expect)))
                .getFirst();

        assertThat(outcome.verdict()).as("%s", outcome).isEqualTo(verdict);
        if (reason != null) {
            assertThat(outcome.reason()).contains(reason);
        }
        // whatever it was, nothing was written
        assertThat(verdicts(copy.dump())).containsExactly(Verdict.PASSED, Verdict.PASSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select \"näme\" from \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" limit 1",
                "select \"näme\"::int from \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" limit 1",
                "select mail::numeric from \"sch\"\"ema 'ü\".\"tab\"\"le ; ö\" limit 1",
            })
    void aRowsValueIsNeverRepeated(String sql) throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();

        Outcome outcome = new OwnersAssertions(Duration.ofSeconds(20))
                .look(RestoredCopy.sandbox(), copy.dump(assertion(copy, sql, "secret of the owner")))
                .getFirst();

        assertThat(outcome.verdict()).isNotEqualTo(Verdict.PASSED);
        assertThat(outcome.toString())
                .doesNotContain("row '")
                .doesNotContain("@x")
                .doesNotContain("secret of");
    }

    @Test
    void anAssertionThatIsNotRequiredIsAdvisory() throws Exception {
        RestoredCopy copy = RestoredCopy.cruel();
        CheckSpec wish = new CheckSpec("wish", copy.database(), "select 1", "2", false);
        CheckSpec elsewhere = new CheckSpec("elsewhere", "another", "select 1", "1", null);

        List<Outcome> outcomes =
                new OwnersAssertions(Duration.ofSeconds(20)).look(RestoredCopy.sandbox(), copy.dump(wish, elsewhere));

        assertThat(outcomes).extracting(Outcome::required).containsExactly(false, true);
        assertThat(outcomes).extracting(Outcome::verdict).containsExactly(Verdict.FAILED, Verdict.NOT_APPLICABLE);
    }

    // --- amcheck ---

    @Test
    void anIndexThatDoesNotHoldItsTableFails() throws Exception {
        RestoredCopy copy = RestoredCopy.whole()
                .after(
                        "create function shown(int) returns int language sql immutable as 'select $1'",
                        "create index drifted on payments_01 (shown(id))",
                        "create or replace function shown(int) returns int language sql immutable as 'select $1 + 1'");

        Outcome outcome = look(AMCHECK, copy.dump());

        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.found()).contains("drifted");
    }

    @Test
    void aServerThatIsTooOldIsNotApplicable() throws Exception {
        assertThat(look(AMCHECK, RestoredCopy.cruel().of(UUID.randomUUID(), 13)).verdict())
                .isEqualTo(Verdict.NOT_APPLICABLE);
    }

    private static Outcome look(Check check, Material material) throws Exception {
        return check.look(RestoredCopy.sandbox(), material).getFirst();
    }

    private static List<Verdict> verdicts(Material material) throws Exception {
        return new ContentCompared()
                .look(RestoredCopy.sandbox(), material).stream()
                        .map(Outcome::verdict)
                        .toList();
    }

    private static CheckSpec assertion(RestoredCopy copy, String sql, String expect) {
        return new CheckSpec("rule", copy.database(), sql, expect, null);
    }

    private static Sandbox inside(RestoredCopy copy) {
        Sandbox outer = RestoredCopy.sandbox();
        return new Sandbox(outer.address(), outer.port(), outer.user(), outer.password(), copy.database());
    }
}
