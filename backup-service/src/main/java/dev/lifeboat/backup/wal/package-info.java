/**
 * WAL from a cluster into object storage: segments and pieces of the open one, timelines followed, nothing acknowledged that
 * is not durable. Knows no database of Lifeboat's own: what was stored is known from listing the store.
 */
package dev.lifeboat.backup.wal;
