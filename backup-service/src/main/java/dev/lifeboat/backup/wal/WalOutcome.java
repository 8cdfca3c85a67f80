package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.util.Optional;

/** How receiving ended. */
public sealed interface WalOutcome {
    /** Up to where the store has WAL; empty when it was never known. */
    Optional<Position> stored();

    /** A position on a timeline. */
    record Position(int timeline, Lsn lsn) {}

    /** It was told to. */
    record Stopped(Optional<Position> stored) implements WalOutcome {}

    /**
     * It could not go on.
     *
     * @param retryable whether to begin again without anybody changing anything; the store tells where
     * @param failure stable code, expected, found, hint
     */
    record Failed(boolean retryable, Failure failure, Optional<Position> stored) implements WalOutcome {}
}
