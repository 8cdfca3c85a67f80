package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;
import java.util.UUID;

/**
 * A backup from which WAL can be replayed.
 *
 * @param label its name in pgBackRest; null for others
 * @param timeline on which it ended
 * @param start first WAL that it needs
 * @param stop where it is consistent: the earliest moment that can be reached with it
 * @param completedAt when it ended: by our clock, and not before the moment of {@code stop}
 */
record OpeningBackup(UUID id, String label, int timeline, Lsn start, Lsn stop, Instant completedAt) {
    /** The WAL that it cannot do without. */
    Span needs() {
        return new Span(start, stop);
    }
}
