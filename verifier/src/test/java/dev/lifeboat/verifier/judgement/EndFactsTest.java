package dev.lifeboat.verifier.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import dev.lifeboat.schemas.recovery.RecoveryEvent.TornDown;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndFactsTest {
    private static final List<String> NONE = List.of();
    private static final List<String> ONE = List.of("clusters/shop/x");

    static Stream<Arguments> inspections() {
        return Stream.of(
                Arguments.of("no facts", null, Verdict.INCONCLUSIVE),
                Arguments.of("not inspected", inspected(true, 10L, 0L, "the host was gone"), Verdict.INCONCLUSIVE),
                Arguments.of("enabled not known", inspected(null, 10L, 0L, null), Verdict.INCONCLUSIVE),
                Arguments.of("no checksums", inspected(false, null, null, null), Verdict.NOT_APPLICABLE),
                Arguments.of("not run", inspected(true, null, null, null), Verdict.INCONCLUSIVE),
                Arguments.of("no count of failures", inspected(true, 10L, null, null), Verdict.INCONCLUSIVE),
                Arguments.of("no count of pages", inspected(true, null, 0L, null), Verdict.INCONCLUSIVE),
                Arguments.of("looked at nothing", inspected(true, 0L, 0L, null), Verdict.INCONCLUSIVE),
                Arguments.of("one bad page", inspected(true, 10L, 1L, null), Verdict.FAILED),
                Arguments.of("all well", inspected(true, 10L, 0L, null), Verdict.PASSED));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("inspections")
    void pageChecksums(String name, Inspection facts, Verdict expected) {
        holds(EndFacts.pageChecksums(facts), expected);
    }

    static Stream<Arguments> isolations() {
        return Stream.of(
                Arguments.of("no facts", null, Verdict.INCONCLUSIVE),
                Arguments.of("not taken", archive(1L, 1L, NONE, NONE, NONE, true, "no listing"), Verdict.INCONCLUSIVE),
                Arguments.of("not before", archive(null, 1L, NONE, NONE, NONE, true, null), Verdict.INCONCLUSIVE),
                Arguments.of("not after", archive(1L, null, NONE, NONE, NONE, true, null), Verdict.INCONCLUSIVE),
                Arguments.of(
                        "not compared: removed", archive(1L, 1L, null, NONE, NONE, true, null), Verdict.INCONCLUSIVE),
                Arguments.of(
                        "not compared: changed", archive(1L, 1L, NONE, null, NONE, true, null), Verdict.INCONCLUSIVE),
                Arguments.of(
                        "not compared: added", archive(1L, 1L, NONE, NONE, null, true, null), Verdict.INCONCLUSIVE),
                Arguments.of(
                        "archiving not known", archive(1L, 1L, NONE, NONE, NONE, null, null), Verdict.INCONCLUSIVE),
                Arguments.of("removed", archive(2L, 1L, ONE, NONE, NONE, true, null), Verdict.FAILED),
                Arguments.of("changed", archive(1L, 1L, NONE, ONE, NONE, true, null), Verdict.FAILED),
                Arguments.of("added by the sandbox", archive(1L, 2L, NONE, NONE, ONE, true, null), Verdict.FAILED),
                Arguments.of("removed, rest not known", archive(2L, 1L, ONE, null, null, null, null), Verdict.FAILED),
                Arguments.of("archiving on", archive(1L, 1L, NONE, NONE, NONE, false, null), Verdict.FAILED),
                Arguments.of("the primary wrote on", archive(1L, 3L, NONE, NONE, NONE, true, null), Verdict.PASSED),
                Arguments.of("left alone", archive(1L, 1L, NONE, NONE, NONE, true, null), Verdict.PASSED));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("isolations")
    void archiveIsolation(String name, Isolation facts, Verdict expected) {
        CheckResult result = EndFacts.isolation(facts);

        holds(result, expected);
        assertThat(result.required()).isTrue();
    }

    static Stream<Arguments> teardowns() {
        return Stream.of(
                Arguments.of("nothing said", null, Verdict.INCONCLUSIVE),
                Arguments.of("gone", torn(true, true, NONE), Verdict.PASSED),
                Arguments.of("a process is left", torn(false, true, List.of("process 17")), Verdict.FAILED),
                Arguments.of("a folder is left", torn(true, false, null), Verdict.FAILED));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("teardowns")
    void teardownIsShownAndDecidesNothing(String name, TornDown facts, Verdict expected) {
        CheckResult result = EndFacts.teardown(facts);

        holds(result, expected);
        assertThat(result.required()).isFalse();
    }

    @Test
    void aDrillWithADamagedPageFails() {
        var ended = Endings.of("completed", null, inspected(true, 10L, 1L, null), Endings.ALONE, Endings.GONE);

        Verdicts.Judged judged = Verdicts.drill(ended, Optional.of(Endings.allPassed()));

        assertThat(judged.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(judged.reason()).startsWith("page-checksums: ");
    }

    @Test
    void aDrillThatTouchedTheArchiveFails() {
        var ended = Endings.of(
                "completed", null, Endings.SOUND, archive(2L, 1L, ONE, NONE, NONE, true, null), Endings.GONE);

        Verdicts.Judged judged = Verdicts.drill(ended, Optional.of(Endings.allPassed()));

        assertThat(judged.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(judged.reason()).startsWith("archive-isolation: ");
    }

    private static void holds(CheckResult result, Verdict expected) {
        assertThat(result.verdict()).isEqualTo(expected);
        assertThat(result.reason() == null)
                .as("a reason unless passed: %s", result.reason())
                .isEqualTo(expected == Verdict.PASSED);
    }

    private static Inspection inspected(Boolean enabled, Long scanned, Long failures, String not) {
        return new Inspection("7400000000000000001", 1, enabled, scanned, failures, NONE, not);
    }

    private static Isolation archive(
            Long before,
            Long after,
            List<String> removed,
            List<String> changed,
            List<String> others,
            Boolean off,
            String not) {
        return new Isolation(before, after, removed, changed, 0L, others, off, not);
    }

    private static TornDown torn(boolean processes, boolean folder, List<String> left) {
        return new TornDown(Endings.ASKED, processes, folder, left);
    }
}
