package dev.lifeboat.verifier.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lifeboat.verifier.ledger.LedgerVerifier.Outcome;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way of tampering has a name and a first entry that does not hold. */
class LedgerVerifierTest {

    private final SampleLedger ledger = SampleLedger.ofDrills(7);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 33})
    void whatWasNotTamperedWithHolds(int size) {
        SampleLedger untouched = SampleLedger.ofDrills(size);
        Outcome outcome = SampleLedger.verify(SampleLedger.lines(untouched.entries), untouched.note());
        assertThat(outcome).isEqualTo(new Outcome.Holds(untouched.checkpoint()));
    }

    @Test
    void aFlippedBitInAPayload() {
        for (int victim = 1; victim <= 7; victim++) {
            List<Envelope> entries = new ArrayList<>(ledger.entries);
            entries.set(
                    victim - 1,
                    withPayload(
                            entries.get(victim - 1),
                            flipped(entries.get(victim - 1).payload())));
            broken(SampleLedger.lines(entries), ledger.note(), victim, LedgerFault.ENTRY_SIGNATURE);
        }
    }

    /** Bits drawn anew each time, all over the file; `make soak` turns every bit of every seventh byte. */
    @Test
    void anyFlippedBitOfTheFileIsFoundInItsEntry() {
        boolean soak = Boolean.getBoolean("lifeboat.soak");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SampleLedger small = SampleLedger.ofDrills(3);
        String lines = SampleLedger.lines(small.entries);
        int line = 1;
        int next = 0;
        for (int at = 0; at < lines.length(); at++) {
            if (lines.charAt(at) == '\n') {
                line++;
                next = at + 1;
            } else if (at == next) {
                if (soak) {
                    next = at + 7;
                    for (int bit = 0; bit < 8; bit++) {
                        foundInItsEntry(lines, at, bit, line, small.note(), seed);
                    }
                } else {
                    next = at + 1 + random.nextInt(262);
                    foundInItsEntry(lines, at, random.nextInt(8), line, small.note(), seed);
                }
            }
        }
        assertThat(line).isEqualTo(4);
    }

    private static void foundInItsEntry(String lines, int at, int bit, int line, String note, long seed) {
        String damaged = lines.substring(0, at) + (char) (lines.charAt(at) ^ (1 << bit)) + lines.substring(at + 1);
        Outcome outcome = SampleLedger.verify(damaged, note);
        assertThat(outcome).as("bit %s of byte %s, seed %s", bit, at, seed).isInstanceOf(Outcome.Broken.class);
        assertThat(((Outcome.Broken) outcome).sequence()).isEqualTo(line);
    }

    @Test
    void twoEntriesThatChangedPlaces() {
        List<Envelope> entries = new ArrayList<>(ledger.entries);
        entries.set(2, ledger.entries.get(3));
        entries.set(3, ledger.entries.get(2));
        Outcome.Broken broken = broken(SampleLedger.lines(entries), ledger.note(), 3, LedgerFault.SEQUENCE);
        assertThat(broken.failure().expected()).isEqualTo("3");
        assertThat(broken.failure().found()).isEqualTo("4");
    }

    @Test
    void anEntryThatIsMissingInTheMiddle() {
        List<Envelope> entries = new ArrayList<>(ledger.entries);
        entries.remove(4);
        broken(SampleLedger.lines(entries), ledger.note(), 5, LedgerFault.SEQUENCE);
    }

    @Test
    void theLastEntryThatIsMissing() {
        broken(SampleLedger.lines(ledger.entries.subList(0, 6)), ledger.note(), 7, LedgerFault.ENTRIES_MISSING);
        broken("", ledger.note(), 1, LedgerFault.ENTRIES_MISSING);
    }

    @Test
    void aFileThatBreaksOff() {
        String lines = SampleLedger.lines(ledger.entries);
        broken(lines.substring(0, lines.length() - 20), ledger.note(), 7, LedgerFault.ENTRY_MALFORMED);
    }

    @Test
    void anEntryThatTheCheckpointDoesNotKnow() {
        String note = ledger.note();
        ledger.append("drill/" + SampleLedger.id(8), SampleLedger.passedDrill(8));
        broken(SampleLedger.lines(ledger.entries), note, 8, LedgerFault.BEYOND_CHECKPOINT);
    }

    @Test
    void aForgedCheckpoint() {
        List<Envelope> entries = ledger.entries.subList(0, 6);
        SampleLedger shorter = SampleLedger.ofDrills(6);
        String byAnotherKey = shorter.checkpoint().sign(SigningKey.generate());
        broken(SampleLedger.lines(entries), byAnotherKey, 0, LedgerFault.CHECKPOINT_SIGNATURE);
        broken(
                SampleLedger.lines(entries),
                ledger.note().replace("\n7\n", "\n6\n"),
                0,
                LedgerFault.CHECKPOINT_SIGNATURE);
        broken(SampleLedger.lines(entries), "nonsense", 0, LedgerFault.CHECKPOINT_MALFORMED);
    }

    @Test
    void anEntrySignedByAnotherKey() {
        List<Envelope> entries = new ArrayList<>(ledger.entries);
        entries.set(0, Envelope.sign(Envelope.IN_TOTO, entries.getFirst().payload(), SigningKey.generate()));
        broken(SampleLedger.lines(entries), ledger.note(), 1, LedgerFault.ENTRY_SIGNATURE);
    }

    @Test
    void aKeyHolderWhoRewroteAnEntryIsFoundByTheNext() {
        SampleLedger rewritten = SampleLedger.ofDrills(2);
        rewritten.append("drill/" + SampleLedger.id(3), SampleLedger.failedDrill(3));
        List<Envelope> entries = new ArrayList<>(ledger.entries);
        entries.set(2, rewritten.entries.get(2));
        broken(SampleLedger.lines(entries), ledger.note(), 4, LedgerFault.PREVIOUS);
    }

    @Test
    void aKeyHolderWhoRewroteTheWholeEndIsFoundByTheCheckpoint() {
        SampleLedger rewritten = SampleLedger.ofDrills(6);
        rewritten.append("drill/" + SampleLedger.id(7), SampleLedger.failedDrill(7));
        broken(SampleLedger.lines(rewritten.entries), ledger.note(), 7, LedgerFault.ROOT);
    }

    @Test
    void aRunWithTwoEntries() {
        ledger.append("drill/" + SampleLedger.id(2), SampleLedger.passedDrill(2));
        Outcome.Broken broken = broken(SampleLedger.lines(ledger.entries), ledger.note(), 8, LedgerFault.RUN_REPEATED);
        assertThat(broken.failure().found()).isEqualTo("entries 2 and 8");
    }

    @Test
    void aSequenceWithAGap() {
        ledger.append(9, "drill/" + SampleLedger.id(9), SampleLedger.passedDrill(9));
        broken(SampleLedger.lines(ledger.entries), ledger.note(), 8, LedgerFault.SEQUENCE);
    }

    @Test
    void anEntryOfAnotherLedgerOrOfNone() {
        SigningKey key = SampleLedger.fixedKey();
        Envelope foreign = new EntrySigner(Checkpoint.origin("other"), key)
                .sign(1, EntrySigner.NO_PREDECESSOR, "drill/1", SampleLedger.BEGIN, SampleLedger.passedDrill(1));
        broken(SampleLedger.lines(List.of(foreign)), ledger.note(), 1, LedgerFault.ORIGIN);
        for (String payload : List.of("{}", "null", "[1]", "{\"_type\":\"https://in-toto.io/Statement/v1\"}")) {
            Envelope none = Envelope.sign(Envelope.IN_TOTO, payload.getBytes(StandardCharsets.UTF_8), key);
            broken(SampleLedger.lines(List.of(none)), ledger.note(), 1, LedgerFault.STATEMENT_MALFORMED);
        }
        Envelope otherType =
                Envelope.sign("text/plain", ledger.entries.getFirst().payload(), key);
        broken(SampleLedger.lines(List.of(otherType)), ledger.note(), 1, LedgerFault.STATEMENT_MALFORMED);
    }

    private static Outcome.Broken broken(String lines, String note, long sequence, LedgerFault fault) {
        Outcome outcome = SampleLedger.verify(lines, note);
        assertThat(outcome).isInstanceOf(Outcome.Broken.class);
        Outcome.Broken broken = (Outcome.Broken) outcome;
        assertThat(broken.fault()).isEqualTo(fault);
        assertThat(broken.sequence()).isEqualTo(sequence);
        assertThat(broken.failure().code()).isEqualTo(fault.code());
        assertThat(broken.failure().hint()).isNotBlank();
        return broken;
    }

    private static byte[] flipped(byte[] payload) {
        payload[payload.length / 2] ^= 1;
        return payload;
    }

    private static Envelope withPayload(Envelope envelope, byte[] payload) {
        String text = new String(envelope.bytes(), StandardCharsets.UTF_8);
        Base64.Encoder base64 = Base64.getEncoder();
        return Envelope.parse(text.replace(base64.encodeToString(envelope.payload()), base64.encodeToString(payload))
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theSampleIsChainedByDigests() {
        assertThat(new String(ledger.entries.get(1).payload(), StandardCharsets.UTF_8))
                .contains(
                        "\"prevHash\":\"" + Sha256.of(ledger.entries.getFirst().bytes()) + "\"");
    }
}
