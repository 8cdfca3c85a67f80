/** What somebody should look at: raised once, changed while it lasts, closed when it is over. */
package dev.lifeboat.verifier.finding;
