package dev.lifeboat.verifier.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupEvent.BackupCompleted;
import dev.lifeboat.schemas.backup.BackupEvent.BackupFailed;
import dev.lifeboat.schemas.backup.BackupEvent.BackupSkipped;
import dev.lifeboat.schemas.backup.ObjectRef;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoverySkipped;
import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.judgement.Endings;
import dev.lifeboat.verifier.judgement.Verdicts;
import dev.lifeboat.verifier.ledger.RunStatement;
import dev.lifeboat.verifier.ledger.evidence.Measured;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Kind;
import dev.lifeboat.verifier.ledger.evidence.Statement.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From events to the words of the ledger. */
class EvidenceTest {
    private static final UUID CLUSTER = UUID.fromString("01930000-0000-7000-8000-00000000000c");
    private static final UUID SOMEBODY = UUID.fromString("0d0d0d0d-0000-4000-8000-000000000001");
    private static final UUID RUN = UUID.fromString("01930000-0000-7000-8000-00000000000b");
    private static final Instant DUE = Endings.ASKED;
    private static final ObjectRef MANIFEST = new ObjectRef("m", "aa".repeat(32), 1L);
    private static final ObjectRef INVENTORY = new ObjectRef("i", "bb".repeat(32), 1L);

    @Test
    void aPassedDrillNamesWhatItProvedAndNoPerson() {
        var ended = Endings.completed();
        var judged = Verdicts.drill(ended, Optional.of(Endings.allPassed()));

        RunStatement statement = DrillEvidence.of(ended, judged, CLUSTER, SOMEBODY, Duration.ofMillis(-12));

        RunEvidence evidence = statement.evidence();
        assertThat(statement.subjects()).extracting(Subject::name).containsExactly("manifest", "checks");
        assertThat(evidence.run().kind()).isEqualTo(Kind.DRILL);
        assertThat(evidence.run().ending()).isEqualTo(Ending.COMPLETED);
        assertThat(evidence.run().attempt()).isEqualTo(1);
        assertThat(evidence.judgement().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(evidence.judgement().checks()).hasSize(12);
        assertThat(evidence.judgement().rto().met()).isTrue();
        assertThat(evidence.judgement().rpo().met()).isNull();
        assertThat(evidence.measured().isolation().removed()).isZero();
        assertThat(evidence.measured().clocks())
                .isEqualTo(new Measured.Clocks(Duration.ofMillis(250), Duration.ofMillis(-12), null));
        assertThat(evidence.declared().requestedBy()).isEqualTo(SOMEBODY);
        assertThat(statement.toString()).doesNotContain("principal/");
    }

    @Test
    void otherChecksAreAnotherSubject() {
        var ended = Endings.completed();
        var all = Verdicts.drill(ended, Optional.of(Endings.allPassed()));
        var fewer = Verdicts.drill(
                ended, Optional.of(Endings.allPassedBut(Endings.check("amcheck", true, Verdict.NOT_APPLICABLE))));

        assertThat(DrillEvidence.of(ended, all, CLUSTER, null, null).subjects().getLast())
                .isNotEqualTo(DrillEvidence.of(ended, fewer, CLUSTER, null, null)
                        .subjects()
                        .getLast());
    }

    @ParameterizedTest
    @CsvSource({"failed, FAILED", "cancelled, CANCELLED"})
    void aDrillThatWasNotCarriedOutSaysSo(String state, Ending ending) {
        var ended = Endings.of(state, new Failure("sandbox.no-room", "No room.", null, null, null), null, null, null);
        var judged = Verdicts.drill(ended, Optional.empty());

        RunEvidence evidence =
                DrillEvidence.of(ended, judged, CLUSTER, SOMEBODY, null).evidence();

        assertThat(evidence.run().ending()).isEqualTo(ending);
        assertThat(evidence.judgement().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(evidence.judgement().code()).isEqualTo("sandbox.no-room");
    }

    @Test
    void aSkippedDrillHasAReasonAndNoVerdict() {
        RunEvidence evidence = DrillEvidence.skipped(
                        new RecoverySkipped(
                                RUN, "shop", "restore-test", "dump", "proof", DUE, DUE.plusSeconds(1), "still running"),
                        CLUSTER)
                .evidence();

        assertThat(evidence.run().ending()).isEqualTo(Ending.SKIPPED);
        assertThat(evidence.run().dueAt()).isEqualTo(DUE);
        assertThat(evidence.judgement().verdict()).isNull();
        assertThat(evidence.judgement().reason()).isEqualTo("still running");
    }

    @Test
    void aBackupAloneProvesNothing() {
        BackupCompleted completed = new BackupCompleted(
                RUN,
                "shop",
                "dump",
                "full",
                null,
                null,
                "east",
                "nightly",
                DUE,
                DUE,
                DUE.plusSeconds(1),
                DUE.plusSeconds(31),
                100L,
                50L,
                List.of("shop"),
                DUE.plusSeconds(2),
                null,
                null,
                null,
                "74",
                MANIFEST,
                INVENTORY,
                List.of("a subscription"),
                "policy/shop/nightly");

        RunStatement statement = BackupEvidence.of(completed, CLUSTER, null);

        assertThat(statement.subjects()).extracting(Subject::name).containsExactly("manifest", "inventory");
        assertThat(statement.evidence().judgement().verdict()).isNull();
        assertThat(statement.evidence().measured().phases().getFirst().duration())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(statement.evidence().declared().facts()).containsEntry("omissions", "1");
        assertThat(statement.evidence().run().dueAt()).isEqualTo(DUE);
    }

    @Test
    void aBackupThatDidNotComeHasItsCause() {
        BackupFailed failed = new BackupFailed(
                RUN,
                "shop",
                "dump",
                null,
                "nightly",
                DUE,
                DUE,
                null,
                DUE.plusSeconds(9),
                new Failure("postgres.password-wrong", "The password is wrong.", null, null, null),
                "principal/alice");
        BackupSkipped skipped = new BackupSkipped(RUN, "shop", "dump", "nightly", DUE, DUE, "still running");

        RunEvidence failure = BackupEvidence.of(failed, CLUSTER, SOMEBODY).evidence();
        RunEvidence skip = BackupEvidence.of(skipped, CLUSTER).evidence();

        assertThat(failure.run().ending()).isEqualTo(Ending.FAILED);
        assertThat(failure.judgement().code()).isEqualTo("postgres.password-wrong");
        assertThat(failure.declared().requestedBy()).isEqualTo(SOMEBODY);
        assertThat(skip.run().ending()).isEqualTo(Ending.SKIPPED);
        assertThat(skip.judgement().code()).isEqualTo("run.skipped");
    }
}
