/** What a run came to: pure decisions over facts. */
package dev.lifeboat.verifier.judgement;
