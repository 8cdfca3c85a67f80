/** Recoveries: their lifecycle, their row, their phases and what they measured. */
package dev.lifeboat.restore.recovery;
