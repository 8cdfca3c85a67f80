package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Moments of a cluster that have names. */
public interface NamedMoments {

    /** Those that were made, newest first. */
    List<NamedMoment> of(Handle transaction, UUID clusterId);

    /**
     * A restore point.
     *
     * @param at by the server's clock
     * @param lsn behind its record
     * @param durableIn repositories that were seen to have the WAL that holds it
     */
    record NamedMoment(UUID id, String name, Instant at, Lsn lsn, int timeline, List<String> durableIn) {}
}
