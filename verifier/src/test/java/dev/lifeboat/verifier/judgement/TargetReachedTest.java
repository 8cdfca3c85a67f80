package dev.lifeboat.verifier.judgement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetReachedTest {
    private static final String DAY = "2026-11-21T";

    @ParameterizedTest(name = "{0} inclusive {1}: last {2}, stopped {3} {4}: {5}")
    @CsvSource({
        // target,            inclusive, last commit,     stopped, at,              verdict
        "10:00:00Z,           true,      09:59:59.5Z,     before,  10:00:00.1Z,     PASSED",
        "10:00:00Z,           ,          09:59:59.5Z,     before,  10:00:00.1Z,     PASSED",
        "10:00:00Z,           true,      10:00:00Z,       before,  10:00:00.1Z,     PASSED",
        "11:00:00+01:00,      true,      10:00:00Z,       before,  10:00:00.1Z,     PASSED",
        "10:00:00.0000007Z,   true,      10:00:00Z,       before,  10:00:00.000001Z, PASSED",
        "10:00:00Z,           true,      ,                before,  10:00:00.1Z,     PASSED",
        "10:00:00Z,           true,      10:00:00.000001Z, before, 10:00:00.1Z,     FAILED",
        "10:00:00Z,           true,      09:59:59Z,       before,  10:00:00Z,       FAILED",
        "10:00:00Z,           true,      09:59:58Z,       before,  09:59:59Z,       FAILED",
        "10:00:00Z,           false,     09:59:59Z,       before,  10:00:00Z,       PASSED",
        "10:00:00Z,           false,     10:00:00Z,       before,  10:00:01Z,       FAILED",
        "10:00:00Z,           false,     09:59:58Z,       before,  09:59:59Z,       FAILED",
        "10:00:00Z,           true,      09:59:59Z,       after,   10:00:01Z,       INCONCLUSIVE",
        "10:00:00Z,           true,      09:59:59Z,       ,        ,                INCONCLUSIVE"
    })
    void aMoment(String target, Boolean inclusive, String last, String side, String at, Verdict expected) {
        Stop stop = side == null ? null : new Stop(side, "commit", 742L, Instant.parse(DAY + at), null, null);
        Instant lastCommit = last == null ? null : Instant.parse(DAY + last);

        for (String type : new String[] {"time", "random"}) {
            Target sought = new Target(type, DAY + target, inclusive, 1, null);
            holds(new Reached(null, "0/5000000", 1, lastCommit, sought, stop != null ? true : null, stop), expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0/5000110,   true,  0/5000148,   after,  0/5000110,   PASSED",
        "0/5000110,   true,  0/5000148,   after,  0/5000118,   PASSED",
        "FF/FFFFFFFF, true,  100/28,      after,  100/0,       PASSED",
        "0/5000110,   true,  0/5000100,   after,  0/50000D8,   FAILED",
        "0/5000110,   true,  0/5000148,   before, 0/5000110,   INCONCLUSIVE",
        "0/5000110,   false, 0/5000110,   before, 0/5000110,   PASSED",
        "0/5000110,   false, 0/5000108,   before, 0/5000110,   PASSED",
        "0/5000110,   false, 0/5000148,   before, 0/5000110,   FAILED",
        "0/5000110,   false, 0/5000100,   before, 0/5000100,   FAILED",
        "0/5000110,   true,  ,            after,  0/5000110,   INCONCLUSIVE"
    })
    void aPosition(String target, boolean inclusive, String lsn, String side, String at, Verdict expected) {
        holds(
                new Reached(
                        null,
                        lsn,
                        1,
                        null,
                        new Target("lsn", target, inclusive, 1, null),
                        true,
                        new Stop(side, "lsn", null, null, at, null)),
                expected);
    }

    @ParameterizedTest
    @CsvSource({
        "742,        true,  after,  742, PASSED",
        "4294968038, true,  after,  742, PASSED",
        "742,        false, before, 742, PASSED",
        "742,        true,  before, 742, FAILED",
        "742,        true,  after,  743, FAILED",
        "742,        true,  after,  ,    FAILED"
    })
    void aTransaction(String target, boolean inclusive, String side, Long xid, Verdict expected) {
        holds(
                new Reached(
                        null,
                        "0/5000000",
                        1,
                        null,
                        new Target("xid", target, inclusive, 1, null),
                        true,
                        new Stop(side, "commit", xid, Instant.EPOCH, null, null)),
                expected);
    }

    @ParameterizedTest
    @CsvSource({"before, before, PASSED", "before, Before, FAILED", "before, , FAILED"})
    void aRestorePoint(String target, String name, Verdict expected) {
        holds(
                new Reached(
                        null,
                        "0/5000000",
                        1,
                        null,
                        new Target("name", target, null, 1, null),
                        true,
                        new Stop("after", "restore-point", null, Instant.EPOCH, null, name)),
                expected);
    }

    @ParameterizedTest
    @CsvSource({"0/5000000, 1, PASSED", "0/5000000, 2, PASSED", "0/5000000, 3, FAILED", ", 2, INCONCLUSIVE"})
    void theEndOfTheArchive(String lsn, int timeline, Verdict expected) {
        holds(new Reached(null, lsn, timeline, null, new Target("latest", null, null, 2, null), null, null), expected);
    }

    @Test
    void whatWasNotMeasuredIsInconclusive() {
        holds(null, Verdict.INCONCLUSIVE);
        holds(new Reached(null, "0/5000000", 1, null, null, null, null), Verdict.INCONCLUSIVE);
        holds(
                new Reached(
                        null,
                        "0/5000000",
                        1,
                        null,
                        Target.of("sometime", "x"),
                        true,
                        new Stop("after", "commit", 742L, null, null, null)),
                Verdict.INCONCLUSIVE);
    }

    @Test
    void aRestoreThatKeepsIsJudgedToo() {
        CheckResult result = TargetReached.judge(Endings.reaching("restore", null));

        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aRestoreTestChoosesNoMoment() {
        CheckResult result = TargetReached.judge(Endings.completed());

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(result.reason()).isNotBlank();
        assertThat(result.required()).isTrue();
    }

    @Test
    void aDrillThatStoppedElsewhereFails() {
        var reached = new Reached(
                null,
                "0/5000000",
                1,
                null,
                new Target("xid", "742", null, 1, null),
                true,
                new Stop("after", "commit", 743L, Instant.EPOCH, null, null));

        Verdicts.Judged judged = Verdicts.drill(Endings.reaching(reached), Optional.of(Endings.allPassed()));

        assertThat(judged.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(judged.reason()).startsWith("target-reached: ");
    }

    private static void holds(Reached reached, Verdict expected) {
        CheckResult result = TargetReached.judge(Endings.reaching(reached));

        assertThat(result.verdict()).as("%s", result).isEqualTo(expected);
        assertThat(result.required()).isTrue();
        assertThat(result.reason() == null).isEqualTo(expected == Verdict.PASSED);
    }
}
