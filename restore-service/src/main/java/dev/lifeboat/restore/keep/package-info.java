/** Restores that keep: the same recovery as a drill's, and in the end a data directory that is handed over. */
package dev.lifeboat.restore.keep;
