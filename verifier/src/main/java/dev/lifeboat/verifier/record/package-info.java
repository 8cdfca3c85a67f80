/** From the end of a run to its entry in the ledger. */
package dev.lifeboat.verifier.record;
