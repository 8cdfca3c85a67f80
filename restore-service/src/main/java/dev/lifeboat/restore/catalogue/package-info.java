/** Backups that there are to restore from, as this service knows them from events. */
package dev.lifeboat.restore.catalogue;
