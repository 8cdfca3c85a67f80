/** What happens to a cluster's write-ahead log on its way into the object store. */
package dev.lifeboat.schemas.wal;
