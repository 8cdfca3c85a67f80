/**
 * What an entry of the ledger says: an in-toto Statement v1 about one run. The shape is frozen; it grows only by optional
 * fields, because entries of every age must stay readable.
 */
package dev.lifeboat.verifier.ledger.evidence;
