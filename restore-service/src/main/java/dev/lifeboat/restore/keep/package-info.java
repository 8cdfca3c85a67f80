/**
 * Restores that keep: the same recovery as a drill's, and in the end a data directory that is handed over, or databases of a dump
 * on a server that runs.
 */
package dev.lifeboat.restore.keep;
