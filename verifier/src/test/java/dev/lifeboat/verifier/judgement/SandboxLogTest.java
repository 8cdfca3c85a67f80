package dev.lifeboat.verifier.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Inspection;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxLogTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PANIC: could not locate a valid checkpoint record                                     | FAILED
                    FATAL: could not open file "base/5/1259": No such file or directory                   | FAILED
                    FATAL: WAL ends before end of online backup                                           | FAILED
                    FATAL: the database system is in recovery mode                                        | FAILED
                    LOG: server process (PID 4711) was terminated by signal 11: Segmentation fault        | FAILED
                    LOG: checkpointer process (PID 12) was terminated by signal 6: Aborted                | FAILED
                    FATAL: the database system is starting up                                             | PASSED
                    FATAL: the database system is shutting down                                           | PASSED
                    FATAL: the database system is not yet accepting connections                           | PASSED
                    FATAL: the database system is not accepting connections because it is broken          | FAILED
                    FATAL: terminating connection due to administrator command                            | PASSED
                    FATAL: terminating background worker "parallel worker" due to administrator command   | PASSED
                    FATAL: terminating walreceiver due to replication timeout                             | FAILED
                    ERROR: division by zero                                                               | PASSED
                    ERROR: canceling statement due to user request                                        | PASSED
                    the server's log cannot be read: /w/server.log                                        | INCONCLUSIVE
                    """)
    void eachLine(String line, Verdict expected) {
        holds(SandboxLog.judge(said(List.of(line))), expected);
    }

    @Test
    void whatWasNotLookedAtIsNotWell() {
        holds(SandboxLog.judge(null), Verdict.INCONCLUSIVE);
        holds(SandboxLog.judge(said(null)), Verdict.INCONCLUSIVE);
        CheckResult result =
                SandboxLog.judge(new Inspection(null, null, null, null, null, List.of(), "the sandbox was gone"));
        holds(result, Verdict.INCONCLUSIVE);
        assertThat(result.reason()).endsWith("the sandbox was gone");
    }

    @Test
    void aSilentServerPasses() {
        holds(SandboxLog.judge(said(List.of())), Verdict.PASSED);
    }

    @Test
    void oneAlarmAmongExpectedLinesIsFoundAndManyAreShortened() {
        CheckResult one = SandboxLog.judge(said(List.of(
                "FATAL: the database system is starting up",
                "PANIC: corrupted item pointer",
                "ERROR: division by zero")));
        CheckResult many = SandboxLog.judge(said(Collections.nCopies(5, "PANIC: corrupted item pointer")));

        assertThat(one.found()).isEqualTo("PANIC: corrupted item pointer");
        assertThat(many.found()).endsWith(" | and 2 more");
    }

    @Test
    void itIsShownAndDecidesNothing() {
        var ended = Endings.of(
                "completed", null, said(List.of("PANIC: corrupted item pointer")), Endings.ALONE, Endings.GONE);

        Verdicts.Judged judged = Verdicts.drill(ended, Optional.of(Endings.allPassed()));

        assertThat(judged.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(judged.checks())
                .filteredOn(check -> check.name().equals("server-log"))
                .singleElement()
                .satisfies(check -> assertThat(check.verdict()).isEqualTo(Verdict.FAILED));
    }

    private static void holds(CheckResult result, Verdict expected) {
        assertThat(result.verdict()).isEqualTo(expected);
        assertThat(result.required()).isFalse();
        assertThat(result.reason() == null)
                .as("a reason unless passed: %s", result.reason())
                .isEqualTo(expected == Verdict.PASSED);
    }

    private static Inspection said(List<String> lines) {
        return new Inspection("7400000000000000001", 1, true, 10L, 0L, lines, null);
    }
}
