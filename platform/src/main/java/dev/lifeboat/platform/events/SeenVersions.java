package dev.lifeboat.platform.events;

import org.jdbi.v3.core.Handle;

/** Remembers, per consumer and subject, the newest version that was applied. */
public final class SeenVersions {
    private SeenVersions() {}

    /**
     * Notes that the consumer is about to apply this version.
     *
     * @return false if this or a newer one was applied already: then the caller changes nothing
     */
    public static boolean advance(Handle transaction, String consumer, String subject, long version) {
        return transaction
                        .createUpdate(
                                "insert into seen_version (consumer, subject, version) values (:consumer, :subject,"
                                        + " :version) on conflict (consumer, subject) do update set version ="
                                        + " excluded.version where seen_version.version < excluded.version")
                        .bind("consumer", consumer)
                        .bind("subject", subject)
                        .bind("version", version)
                        .execute()
                == 1;
    }
}
