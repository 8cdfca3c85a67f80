/** The archive that is restored from, and whether it was left alone. */
package dev.lifeboat.restore.archive;
