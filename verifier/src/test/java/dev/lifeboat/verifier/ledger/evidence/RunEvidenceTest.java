package dev.lifeboat.verifier.ledger.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.ledger.evidence.Judgement.Check;
import dev.lifeboat.verifier.ledger.evidence.Judgement.Objective;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evidence that contradicts itself is never made; what is made is always the same bytes. */
class RunEvidenceTest {

    private static final Instant NOW = Instant.parse("2026-11-21T07:00:00.123456789Z");

    @ParameterizedTest
    @CsvSource({
        "DRILL,  COMPLETED, PASSED,       true",
        "DRILL,  COMPLETED, FAILED,       true",
        "DRILL,  COMPLETED, INCONCLUSIVE, true",
        "DRILL,  COMPLETED, ,             false",
        "DRILL,  FAILED,    PASSED,       false",
        "DRILL,  FAILED,    FAILED,       false",
        "DRILL,  FAILED,    INCONCLUSIVE, true",
        "DRILL,  CANCELLED, PASSED,       false",
        "DRILL,  CANCELLED, INCONCLUSIVE, true",
        "DRILL,  SKIPPED,   ,             true",
        "DRILL,  SKIPPED,   FAILED,       false",
        "DRILL,  MISSED,    INCONCLUSIVE, true",
        "DRILL,  MISSED,    PASSED,       false",
        "BACKUP, COMPLETED, ,             true",
        "BACKUP, COMPLETED, PASSED,       false",
        "BACKUP, FAILED,    INCONCLUSIVE, false",
        "BACKUP, FAILED,    ,             true",
    })
    void aVerdictFitsTheEnding(Kind kind, Ending ending, Verdict verdict, boolean accepted) {
        List<Check> checks = List.of(new Check("identity", true, Verdict.PASSED, null));
        Judgement judgement = new Judgement(verdict, "because", null, null, null, checks);
        if (accepted) {
            assertThatCode(() -> evidence(kind, ending, judgement)).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> evidence(kind, ending, judgement)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,  PASSED,         true,  PASSED,         true",
        "true,  PASSED,         true,  NOT_APPLICABLE, true",
        "true,  PASSED,         false, FAILED,         true",
        "true,  PASSED,         false, INCONCLUSIVE,   true",
        "true,  PASSED,         true,  FAILED,         false",
        "true,  PASSED,         true,  INCONCLUSIVE,   false",
        "false, PASSED,         false, PASSED,         false",
        "true,  NOT_APPLICABLE, true,  NOT_APPLICABLE, false",
    })
    void passedIsBorneOutByTheRequiredChecks(
            boolean firstRequired, Verdict first, boolean secondRequired, Verdict second, boolean accepted) {
        List<Check> checks =
                List.of(new Check("a", firstRequired, first, "why"), new Check("b", secondRequired, second, "why"));
        if (accepted) {
            assertThatCode(() -> new Judgement(Verdict.PASSED, null, null, null, null, checks))
                    .doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> new Judgement(Verdict.PASSED, null, null, null, null, checks))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatIsNotPassedHasAReason() {
        assertThatThrownBy(() -> new Check("a", true, Verdict.INCONCLUSIVE, " "))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Judgement(Verdict.FAILED, null, null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Judgement(Verdict.NOT_APPLICABLE, "why", null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"PT15M, PT15M, true", "PT15M, PT15M0.000001S, false", "PT1M, PT-2S, true", "PT1M, , ", ", PT1M, "})
    void anObjectiveIsMetOrNotByItsNumbers(Duration objective, Duration measured, Boolean met) {
        assertThat(Objective.of(objective, measured, null).met()).isEqualTo(met);
    }

    @Test
    void aWaiverDoesNotTurnAMissedNumberIntoAMetOne() {
        assertThatThrownBy(() -> new Objective(Duration.ofMinutes(1), Duration.ofMinutes(2), true, "waived"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWrittenCanBeReadAlsoWhereTheNumbersAreFinerThanWhatIsWritten() {
        Objective objective =
                Objective.of(Duration.ofMinutes(15), Duration.ofMinutes(15).plusNanos(1), null);
        RunEvidence evidence = evidence(
                Kind.DRILL, Ending.COMPLETED, new Judgement(Verdict.INCONCLUSIVE, "why", null, objective, null, null));
        Statement statement = statement(evidence);
        byte[] first = StatementJson.encode(statement);
        assertThat(StatementJson.encode(StatementJson.decode(first))).isEqualTo(first);
    }

    @Test
    void theSameFactsAreTheSameBytesWhateverOrderTheyCameIn() {
        TreeMap<String, String> reversed = new TreeMap<>(Comparator.reverseOrder());
        TreeMap<String, String> sorted = new TreeMap<>();
        for (String name : List.of("b", "a", "c")) {
            reversed.put(name, "1");
            sorted.put(name, "1");
        }
        assertThat(StatementJson.encode(statement(withFacts(reversed))))
                .isEqualTo(StatementJson.encode(statement(withFacts(sorted))));
    }

    @Test
    void halfASurrogatePairInAReasonDoesNotKeepARunFromBeingRecorded() {
        RunEvidence evidence = evidence(
                Kind.DRILL,
                Ending.FAILED,
                new Judgement(Verdict.INCONCLUSIVE, "tool said \uD83D", null, null, null, null));
        String json = new String(StatementJson.encode(statement(evidence)), StandardCharsets.UTF_8);
        assertThat(json).contains("tool said ?");
    }

    @Test
    void whatALaterVersionAddsIsLeftOut() {
        String json = new String(
                StatementJson.encode(statement(
                        evidence(Kind.BACKUP, Ending.FAILED, new Judgement(null, null, null, null, null, null)))),
                StandardCharsets.UTF_8);
        String later = json.replace("\"predicate\":{", "\"predicate\":{\"later\":{\"a\":[1.5]},");
        assertThat(StatementJson.decode(later.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(StatementJson.decode(json.getBytes(StandardCharsets.UTF_8)));
        String unknownEnding = json.replace("\"ending\":\"failed\"", "\"ending\":\"postponed\"");
        assertThat(StatementJson.decodePlace(unknownEnding.getBytes(StandardCharsets.UTF_8))
                        .sequence())
                .isEqualTo(1);
    }

    @Test
    void twoMeaningsInOneDocumentAreRefused() {
        byte[] twice = ("{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"entry\":{\"sequence\":1,"
                        + "\"sequence\":2,\"origin\":\"lifeboat/a\",\"prevHash\":\"\",\"runKey\":\"a\"}}}")
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> StatementJson.decodePlace(twice)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RunEvidence evidence(Kind kind, Ending ending, Judgement judgement) {
        return new RunEvidence(
                new RunEvidence.Run(
                        kind,
                        ending,
                        UUID.fromString("01939a12-0000-7000-8000-000000000001"),
                        1,
                        new RunEvidence.Cluster("shop", UUID.fromString("01939a11-0000-7000-8000-000000000001")),
                        NOW,
                        NOW,
                        NOW),
                new Declared(null, null, "dump", "restore-test", "east", null, null, null),
                Measured.nothing(),
                judgement);
    }

    private static RunEvidence withFacts(SortedMap<String, String> facts) {
        RunEvidence evidence =
                evidence(Kind.BACKUP, Ending.COMPLETED, new Judgement(null, null, null, null, null, null));
        Declared declared = new Declared(null, null, "dump", "custom", "east", null, null, facts);
        return new RunEvidence(evidence.run(), declared, evidence.measured(), evidence.judgement());
    }

    private static Statement statement(RunEvidence evidence) {
        return Statement.of(List.of(), new Statement.Entry("lifeboat/a", 1, "0".repeat(64), "drill/1", NOW), evidence);
    }
}
