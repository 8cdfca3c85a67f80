/** The life of a backup, and the documents that lie beside its data. */
package dev.lifeboat.schemas.backup;
