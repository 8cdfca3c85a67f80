package dev.lifeboat.verifier.ledger;

import dev.lifeboat.verifier.ledger.merkle.Sha256;
import java.time.Instant;

/**
 * An entry as it is kept.
 *
 * @param sequence from 1
 * @param runKey of the run that it is about
 * @param envelope what was signed, byte by byte
 * @param prevHash digest of the entry before
 * @param appendedAt by the verifier's clock
 */
public record LedgerEntry(long sequence, String runKey, Envelope envelope, Sha256 prevHash, Instant appendedAt) {

    /** Where it is. */
    public LedgerPosition position() {
        return new LedgerPosition(sequence, envelope.digest().hex());
    }
}
