/** A restored server that replays WAL as a standby: to its target or to the end, measured there, then opened. */
package dev.lifeboat.restore.replay;
