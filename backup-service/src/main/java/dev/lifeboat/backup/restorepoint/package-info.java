/** Named moments: made in a cluster's WAL, and durable once a store has them. */
package dev.lifeboat.backup.restorepoint;
