/** Which backups may go, why, and their removal. */
package dev.lifeboat.backup.retention;
