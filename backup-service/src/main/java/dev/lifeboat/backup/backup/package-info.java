/** Backups: asked for, taken by one of the methods, catalogued. */
package dev.lifeboat.backup.backup;
