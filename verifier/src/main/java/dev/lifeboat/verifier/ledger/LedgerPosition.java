package dev.lifeboat.verifier.ledger;

/**
 * Where a run is recorded.
 *
 * @param sequence from 1
 * @param digest sha256 of the entry's envelope, hexadecimal
 */
public record LedgerPosition(long sequence, String digest) {}
