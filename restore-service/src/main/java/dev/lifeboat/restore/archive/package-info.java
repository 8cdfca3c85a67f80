/** The repository that is restored from: reading it verified, and whether it was left alone. */
package dev.lifeboat.restore.archive;
