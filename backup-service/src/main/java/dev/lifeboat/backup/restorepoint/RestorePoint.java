package dev.lifeboat.backup.restorepoint;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A named moment of a cluster, and how it stands.
 *
 * @param place where it is, once it was made
 * @param durableAt when a store was first seen to have it
 * @param durableIn repositories that were seen to have it
 */
record RestorePoint(
        UUID id,
        UUID clusterId,
        String cluster,
        String name,
        Instant requestedAt,
        String requestedBy,
        State state,
        Optional<Place> place,
        Optional<Instant> durableAt,
        List<String> durableIn,
        Optional<Failure> failure) {

    /**
     * Where it is.
     *
     * @param lsn behind its record
     * @param at by the server's clock
     */
    record Place(Lsn lsn, int timeline, Instant at) {}

    /** How it stands. */
    enum State {
        /** Somebody wants it. */
        REQUESTED,
        /** The server is asked: from here on its name may be in WAL. */
        CREATING,
        /** It is in the server's WAL. */
        CREATED,
        /** A store has it. */
        DURABLE,
        /** It will not come, or no store got it in time. */
        FAILED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
