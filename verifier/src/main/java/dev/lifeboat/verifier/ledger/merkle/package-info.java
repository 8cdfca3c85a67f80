/** The Merkle tree of RFC 6962, section 2.1: hashing, growing, proving, verifying. Knows nothing of what it hashes. */
package dev.lifeboat.verifier.ledger.merkle;
