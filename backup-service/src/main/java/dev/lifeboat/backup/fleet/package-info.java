/** Clusters and repositories as their owners declared them. */
package dev.lifeboat.backup.fleet;
