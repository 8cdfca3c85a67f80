package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.Failure;
import dev.lifeboat.verifier.ledger.evidence.Statement;
import dev.lifeboat.verifier.ledger.evidence.StatementJson;
import dev.lifeboat.verifier.ledger.merkle.RightEdge;
import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Verifies an exported ledger with nothing but the public key: every signature, the place of every entry, the chain of
 * digests, and that the whole is what the checkpoint was signed over. Needs no database, no network and no Lifeboat.
 */
public final class LedgerVerifier {

    private final VerificationKey key;

    /** Trusts this key and no other. */
    public LedgerVerifier(VerificationKey key) {
        this.key = key;
    }

    /** What came of it. */
    public sealed interface Outcome {

        /** Every entry up to the checkpoint holds, and there are no others. */
        record Holds(Checkpoint checkpoint) implements Outcome {}

        /**
         * Something does not hold.
         *
         * @param sequence of the first entry that does not hold; 0 when it is the checkpoint itself
         */
        record Broken(long sequence, LedgerFault fault, Failure failure) implements Outcome {}
    }

    /**
     * Verifies envelopes, one a line and the oldest first, against a checkpoint.
     *
     * @throws IOException when the entries cannot be read
     */
    public Outcome verify(InputStream entries, String checkpointNote) throws IOException {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.open(checkpointNote, key);
        } catch (LedgerException e) {
            LedgerFault fault = e.failure().code().equals(LedgerFault.CHECKPOINT_SIGNATURE.code())
                    ? LedgerFault.CHECKPOINT_SIGNATURE
                    : LedgerFault.CHECKPOINT_MALFORMED;
            return new Outcome.Broken(0, fault, e.failure());
        }
        try {
            Walk walk = new Walk(checkpoint);
            // Latin-1 keeps every byte as it is, also where a damaged file is no UTF-8 any more.
            BufferedReader lines = new BufferedReader(new InputStreamReader(entries, StandardCharsets.ISO_8859_1));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                walk.entry(line);
            }
            walk.end();
            return new Outcome.Holds(checkpoint);
        } catch (BrokenException e) {
            return e.broken;
        }
    }

    /** Goes through the entries once, in the order of the log, with memory for run keys and O(log n) hashes. */
    private final class Walk {

        private final Checkpoint checkpoint;
        private final Map<String, Long> runKeys = new HashMap<>();
        private RightEdge edge = RightEdge.EMPTY;
        private Sha256 previous = EntrySigner.NO_PREDECESSOR;

        Walk(Checkpoint checkpoint) {
            this.checkpoint = checkpoint;
        }

        void entry(String line) throws BrokenException {
            long expected = edge.size() + 1;
            Envelope envelope;
            try {
                envelope = Envelope.parse(line.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IllegalArgumentException e) {
                throw broken(expected, LedgerFault.ENTRY_MALFORMED, "a DSSE envelope on one line", e.getMessage());
            }
            if (!envelope.isSignedBy(key)) {
                throw broken(
                        expected,
                        LedgerFault.ENTRY_SIGNATURE,
                        "a signature by key " + key.keyId(),
                        "none that holds over type and payload");
            }
            place(expected, envelope);
            if (expected > checkpoint.size()) {
                throw broken(
                        expected,
                        LedgerFault.BEYOND_CHECKPOINT,
                        "at most " + checkpoint.size() + " entries",
                        "entry " + expected);
            }
            edge = edge.append(envelope.leafHash()).edge();
            previous = envelope.digest();
        }

        private void place(long expected, Envelope envelope) throws BrokenException {
            Statement.Entry place;
            try {
                if (!envelope.payloadType().equals(Envelope.IN_TOTO)) {
                    throw new IllegalArgumentException("payload type " + envelope.payloadType());
                }
                place = StatementJson.decodePlace(envelope.payload());
            } catch (IllegalArgumentException e) {
                throw broken(expected, LedgerFault.STATEMENT_MALFORMED, "an in-toto Statement v1", e.getMessage());
            }
            require(expected, LedgerFault.ORIGIN, checkpoint.origin(), place.origin());
            require(expected, LedgerFault.SEQUENCE, Long.toString(expected), Long.toString(place.sequence()));
            require(expected, LedgerFault.PREVIOUS, place.prevHash(), previous.hex());
            Long earlier = runKeys.putIfAbsent(place.runKey(), expected);
            if (earlier != null) {
                throw broken(
                        expected,
                        LedgerFault.RUN_REPEATED,
                        "one entry for run " + place.runKey(),
                        "entries " + earlier + " and " + expected);
            }
        }

        void end() throws BrokenException {
            if (edge.size() < checkpoint.size()) {
                throw broken(
                        edge.size() + 1,
                        LedgerFault.ENTRIES_MISSING,
                        checkpoint.size() + " entries",
                        edge.size() + " entries");
            }
            require(
                    edge.size(),
                    LedgerFault.ROOT,
                    checkpoint.root().hex(),
                    edge.root().hex());
        }

        private void require(long sequence, LedgerFault fault, String expected, String found) throws BrokenException {
            if (!expected.equals(found)) {
                throw broken(sequence, fault, expected, found);
            }
        }
    }

    private static BrokenException broken(long sequence, LedgerFault fault, String expected, String found) {
        return new BrokenException(new Outcome.Broken(sequence, fault, fault.failure(expected, found)));
    }

    /** Leaves the walk at the first fault; never seen outside. */
    private static final class BrokenException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Outcome.Broken broken;

        BrokenException(Outcome.Broken broken) {
            super(broken.failure().message(), null, false, false);
            this.broken = broken;
        }
    }
}
