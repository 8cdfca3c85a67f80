/** Which runs were due, what became of each, and what was missed: computed here, because a dead service cannot say so. */
package dev.lifeboat.verifier.schedule;
