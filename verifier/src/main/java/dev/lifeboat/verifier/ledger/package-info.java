/**
 * The evidence ledger: one signed entry for every run that was due or asked for, in an append-only log that anybody can
 * verify offline with the public key alone. An entry is an in-toto statement in a DSSE envelope; the log is a Merkle tree
 * of RFC 6962 with a chain of digests beside it; a checkpoint is a signed note.
 */
package dev.lifeboat.verifier.ledger;
