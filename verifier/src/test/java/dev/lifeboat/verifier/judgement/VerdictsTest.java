package dev.lifeboat.verifier.judgement;

import static dev.lifeboat.verifier.judgement.Endings.allPassed;
import static dev.lifeboat.verifier.judgement.Endings.allPassedBut;
import static dev.lifeboat.verifier.judgement.Endings.check;
import static dev.lifeboat.verifier.judgement.Endings.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.judgement.Verdicts.Judged;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictsTest {
    private static final Failure BROKEN =
            new Failure("dump.damaged", "The dump ends too early.", "an end", "none", null);

    /** Every set of verdicts that required checks can have, with every set that advisory ones can have. */
    static Stream<Arguments> combinations() {
        List<Set<Verdict>> sets = new ArrayList<>(List.of(EnumSet.noneOf(Verdict.class)));
        for (Verdict verdict : Verdict.values()) {
            for (Set<Verdict> without : List.copyOf(sets)) {
                Set<Verdict> with = EnumSet.copyOf(without);
                with.add(verdict);
                sets.add(with);
            }
        }
        return sets.stream().flatMap(required -> sets.stream().map(advisory -> Arguments.of(required, advisory)));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void whatRequiredChecksSayDecidesAndNothingElse(Set<Verdict> required, Set<Verdict> advisory) {
        List<CheckResult> checks = new ArrayList<>();
        advisory.forEach(verdict -> checks.add(check("advisory-" + verdict, false, verdict)));
        required.forEach(verdict -> checks.add(check("required-" + verdict, true, verdict)));

        Judged judged = Verdicts.decide(checks);

        // The rule in CONTRACTS, said once more in other words: passed needs proof and no doubt.
        Verdict expected = required.contains(Verdict.FAILED)
                ? Verdict.FAILED
                : required.contains(Verdict.PASSED) && !required.contains(Verdict.INCONCLUSIVE)
                        ? Verdict.PASSED
                        : Verdict.INCONCLUSIVE;
        assertThat(judged.verdict()).isEqualTo(expected);
        assertThat(judged.reason() == null)
                .as("a reason unless passed: %s", judged.reason())
                .isEqualTo(expected == Verdict.PASSED);
        assertThat(judged.checks()).isEqualTo(checks);
    }

    @Test
    void aDrillWhoseChecksAllPassedIsPassed() {
        Judged judged = Verdicts.drill(completed(), Optional.of(allPassed()));

        assertThat(judged.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(judged.reason()).isNull();
        assertThat(judged.code()).isNull();
        assertThat(judged.checks())
                .extracting(CheckResult::name)
                .containsExactly(
                        "restore",
                        "server-starts",
                        "identity",
                        "inventory",
                        "row-counts",
                        "content-equality",
                        "amcheck",
                        "target-reached",
                        "page-checksums",
                        "server-log",
                        "archive-isolation",
                        "teardown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server-starts", "identity", "inventory", "row-counts", "content-equality", "amcheck"})
    void aCheckOfWhichNothingWasHeardIsInconclusive(String missing) {
        List<CheckResult> checks = allPassed().stream()
                .filter(check -> !check.name().equals(missing))
                .toList();

        Judged judged = Verdicts.drill(completed(), Optional.of(checks));

        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judged.reason()).isEqualTo(missing + ": The check was not made.");
    }

    @ParameterizedTest
    @CsvSource({
        "server-starts, FAILED, FAILED",
        "identity, FAILED, FAILED",
        "inventory, FAILED, FAILED",
        "row-counts, FAILED, FAILED",
        "content-equality, FAILED, FAILED",
        "amcheck, FAILED, FAILED",
        "sql/no orphans, FAILED, FAILED",
        "server-starts, INCONCLUSIVE, INCONCLUSIVE",
        "identity, INCONCLUSIVE, INCONCLUSIVE",
        "inventory, INCONCLUSIVE, INCONCLUSIVE",
        "row-counts, INCONCLUSIVE, INCONCLUSIVE",
        "content-equality, INCONCLUSIVE, INCONCLUSIVE",
        "amcheck, INCONCLUSIVE, INCONCLUSIVE",
        "sql/no orphans, INCONCLUSIVE, INCONCLUSIVE",
        "content-equality, NOT_APPLICABLE, PASSED",
        "amcheck, NOT_APPLICABLE, PASSED",
    })
    void oneCheckThatDidNotPassDecides(String name, Verdict found, Verdict expected) {
        Judged judged = Verdicts.drill(completed(), Optional.of(allPassedBut(check(name, true, found))));

        assertThat(judged.verdict()).isEqualTo(expected);
        if (expected != Verdict.PASSED) {
            assertThat(judged.reason()).isEqualTo(name + ": because of " + name);
        }
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void anAdvisoryCheckNeverDecides(Verdict verdict) {
        Judged judged = Verdicts.drill(completed(), Optional.of(allPassedBut(check("collations", false, verdict))));

        assertThat(judged.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aDrillWithoutChecksIsNeverPassed() {
        Judged judged = Verdicts.drill(completed(), Optional.empty());

        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judged.reason()).contains("did not come before their deadline");
    }

    @Test
    void databasesOnAServerOfSomebodyElseAreNotCalledProven() {
        Judged judged = Verdicts.drill(Endings.reaching("restore", "dump", null), Optional.empty());

        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judged.reason()).contains("not looked into");
    }

    @Test
    void noChecksAtAllIsNotTheSameAsAllPassed() {
        Judged judged = Verdicts.drill(completed(), Optional.of(List.of()));

        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judged.checks()).extracting(CheckResult::name).contains("identity", "amcheck");
    }

    @Test
    void bytesThatDoNotRestoreAreACompletedDrillThatFailed() {
        Judged judged =
                Verdicts.drill(Endings.of("completed", BROKEN, null, Endings.ALONE, Endings.GONE), Optional.empty());

        assertThat(judged.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(judged.reason()).isEqualTo("restore: The dump ends too early.");
        assertThat(judged.code()).isEqualTo("dump.damaged");
        assertThat(judged.checks()).hasSize(1);
        assertThat(judged.checks().getFirst().expected()).isEqualTo("an end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled", "a state of a later version"})
    void whatWasNotCarriedOutProvesNothingWhateverTheChecksSaid(String state) {
        var ended = Endings.of(state, BROKEN, Endings.SOUND, Endings.ALONE, Endings.GONE);

        assertThat(Verdicts.drill(ended, Optional.of(allPassed())).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Verdicts.drill(ended, Optional.of(allPassedBut(check("identity", true, Verdict.FAILED))))
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Verdicts.drill(ended, Optional.empty()).reason()).isNotBlank();
        assertThat(Verdicts.drill(ended, Optional.empty()).code()).isEqualTo("dump.damaged");
    }

    @Test
    void aFailedCheckWinsOverAnInconclusiveOneThatCameFirst() {
        List<CheckResult> checks = new ArrayList<>(allPassedBut(check("server-starts", true, Verdict.INCONCLUSIVE)));
        checks.add(check("sql/sum", true, Verdict.FAILED));

        Judged judged = Verdicts.drill(completed(), Optional.of(checks));

        assertThat(judged.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(judged.reason()).startsWith("sql/sum");
    }
}
