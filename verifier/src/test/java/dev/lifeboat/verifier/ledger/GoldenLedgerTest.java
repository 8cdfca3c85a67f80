package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.schemas.verification.Verdict;
import dev.lifeboat.verifier.ledger.evidence.RunEvidence.Ending;
import dev.lifeboat.verifier.ledger.evidence.Statement;
import dev.lifeboat.verifier.ledger.evidence.StatementJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes that version 1 wrote. They are never edited: evidence of every age must stay readable and verifiable. A new version
 * of the format gets a folder of its own beside them.
 */
class GoldenLedgerTest {

    private static final Path V1 = Path.of("src/test/resources/ledger/v1");

    @TempDir
    private Path temp;

    @Test
    void todaysVerifierHoldsItTrue() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(VerifyCommand.run(new String[] {V1.toString()}, print, print))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("holds: 4 entries of lifeboat/sample")
                .contains("compare its id")
                .contains("Not independently anchored");
    }

    @Test
    void todaysCodeReadsItsFacts() throws IOException {
        List<Statement> statements = Files.readAllLines(V1.resolve(LedgerExport.ENTRIES)).stream()
                .map(line -> StatementJson.decode(
                        Envelope.parse(line.getBytes(StandardCharsets.UTF_8)).payload()))
                .toList();
        Statement drill = statements.get(1);
        assertThat(drill.type()).isEqualTo(Statement.TYPE);
        assertThat(drill.predicateType()).isEqualTo(Statement.PREDICATE_TYPE);
        assertThat(drill.subject())
                .extracting(Statement.Subject::name)
                .containsExactly("manifest", "checks", "run-key");
        assertThat(drill.predicate().judgement().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(drill.predicate().judgement().rpo().met()).isFalse();
        assertThat(drill.predicate().measured().phases().get(1).duration()).isEqualTo(Duration.parse("PT12.345678S"));
        assertThat(drill.predicate().run().endedAt()).isEqualTo("2026-11-21T07:01:30.123456Z");
        assertThat(statements.get(2).predicate().judgement().reason())
                .contains("Größe")
                .contains("\uD83D\uDEDF");
        assertThat(statements.get(3).predicate().run().ending()).isEqualTo(Ending.MISSED);
        assertThat(statements.get(3).predicate().run().runId()).isNull();
    }

    @Test
    void todaysCodeWritesTheSameBytesForTheSameFacts() throws IOException {
        SampleLedger ledger = sample();
        assertThat(SampleLedger.lines(ledger.entries))
                .isEqualTo(Files.readString(V1.resolve(LedgerExport.ENTRIES), StandardCharsets.ISO_8859_1));
        assertThat(ledger.note()).isEqualTo(Files.readString(V1.resolve(LedgerExport.CHECKPOINT)));
    }

    @Test
    void theCommandSaysWhatDoesNotHold() throws IOException {
        for (String file : List.of(LedgerExport.ENTRIES, LedgerExport.CHECKPOINT, LedgerExport.PUBLIC_KEY)) {
            Files.copy(V1.resolve(file), temp.resolve(file));
        }
        List<String> lines = Files.readAllLines(temp.resolve(LedgerExport.ENTRIES));
        Files.write(temp.resolve(LedgerExport.ENTRIES), lines.subList(0, 3));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        String key = V1.resolve(LedgerExport.PUBLIC_KEY).toString();
        assertThat(VerifyCommand.run(new String[] {temp.toString(), key}, print, print))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("does not hold: entry 4")
                .contains("ledger.entries-missing");
        Files.delete(temp.resolve(LedgerExport.CHECKPOINT));
        assertThat(VerifyCommand.run(new String[] {temp.toString()}, print, print))
                .isEqualTo(2);
        assertThat(VerifyCommand.run(new String[] {}, print, print)).isEqualTo(2);
    }

    static SampleLedger sample() {
        SampleLedger ledger = new SampleLedger(SampleLedger.fixedKey());
        ledger.append("backup/" + SampleLedger.id(1), SampleLedger.completedBackup(1));
        ledger.append("drill/" + SampleLedger.id(2), SampleLedger.passedDrill(2));
        ledger.append("drill/" + SampleLedger.id(3), SampleLedger.failedDrill(3));
        ledger.append("missed/shop/nightly-proof/2026-11-21T07:00:00Z", SampleLedger.missedDrill());
        return ledger;
    }
}
