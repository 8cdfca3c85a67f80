package dev.lifeboat.verifier.ledger;

import dev.lifeboat.schemas.Failure;

/** Everything that can be wrong with an exported ledger: a closed set, each with its stable code. */
public enum LedgerFault {
    /** The checkpoint cannot be read. */
    CHECKPOINT_MALFORMED("ledger.checkpoint-malformed", "the checkpoint cannot be read"),
    /** The checkpoint is not signed by the key. */
    CHECKPOINT_SIGNATURE("ledger.checkpoint-signature", "the checkpoint is not signed by this key"),
    /** The line is no envelope in the ledger's form. */
    ENTRY_MALFORMED("ledger.entry-malformed", "the entry cannot be read"),
    /** The envelope is not signed by the key: its payload, type or signature was changed. */
    ENTRY_SIGNATURE("ledger.entry-signature", "the entry is not signed by this key"),
    /** What is signed is no statement about a run. */
    STATEMENT_MALFORMED("ledger.statement-malformed", "what the entry signs is no statement of this ledger"),
    /** The entry belongs to another ledger. */
    ORIGIN("ledger.origin", "the entry belongs to another ledger"),
    /** The entry is not in its place: one was removed, repeated or moved. */
    SEQUENCE("ledger.sequence", "the entry is not in its place"),
    /** The entry before is not the one that this entry was signed after. */
    PREVIOUS("ledger.previous", "the entry before is not the one that this one was signed after"),
    /** One run has two entries. */
    RUN_REPEATED("ledger.run-repeated", "the run has an entry already"),
    /** The checkpoint promises more entries. */
    ENTRIES_MISSING("ledger.entries-missing", "entries that the checkpoint promises are missing"),
    /** The checkpoint knows nothing of this entry. */
    BEYOND_CHECKPOINT("ledger.beyond-checkpoint", "the entry is not covered by the checkpoint"),
    /** The entries hold one by one and are not those of the checkpoint. */
    ROOT("ledger.root", "the entries are not those that the checkpoint was signed over");

    private final String code;
    private final String message;

    LedgerFault(String code, String message) {
        this.code = code;
        this.message = message;
    }

    /** Stable, for programs. */
    public String code() {
        return code;
    }

    Failure failure(String expected, String found) {
        return new Failure(
                code,
                message,
                expected,
                found,
                "take a fresh export, and the public key and checkpoint from where you keep them; if it still does not"
                        + " hold, the evidence from there on is not to be relied upon");
    }
}
