package dev.lifeboat.backup.backup;

import org.jdbi.v3.core.Handle;

/** Who must act in the commit that completes a backup. An implementation is an {@code @ApplicationScoped} bean. */
public interface CompletionListener {

    /** The backup is completed. */
    void completed(Handle transaction, Backup backup);
}
