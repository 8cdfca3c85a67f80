/** Backups that Lifeboat did not take, taken into its catalogue. */
package dev.lifeboat.backup.adoption;
