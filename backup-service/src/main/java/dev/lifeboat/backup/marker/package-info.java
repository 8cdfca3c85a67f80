/**
 * Markers: rows with the server's time, each a transaction of its own, written into a database of their own while a cluster
 * runs. What a recovered copy holds of them proves how far it came.
 */
package dev.lifeboat.backup.marker;
