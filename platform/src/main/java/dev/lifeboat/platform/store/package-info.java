/** The object store: what backups, WAL and evidence are kept in, and how a fault of it is told from another. */
package dev.lifeboat.platform.store;
