package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * WAL that the store does not have although it has some from before it.
 *
 * @param timeline on which it lies
 * @param from where stored WAL ends
 * @param to where it goes on; empty when it does not
 */
public record WalGap(int timeline, Lsn from, Optional<Lsn> to) {
    /** The same for the same gap, whoever finds it. */
    public UUID id(UUID clusterId, String repository) {
        String name = "wal-gap/" + clusterId + "/" + repository + "/" + Integer.toUnsignedString(timeline) + "/" + from;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
