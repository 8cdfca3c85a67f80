package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Duration;
import java.time.Instant;

/**
 * How far a stream is.
 *
 * @param at when that was so
 * @param timeline that is streamed
 * @param serverEnd how far the server is, as it said last
 * @param received written to the spool
 * @param acknowledged what the server was told to be durable
 * @param stored without a hole in the store
 * @param unstoredFor age of the oldest byte that was received and is not stored; zero when there is none
 */
public record WalPositions(
        Instant at, int timeline, Lsn serverEnd, Lsn received, Lsn acknowledged, Lsn stored, Duration unstoredFor) {
    /** Bytes that the server has and the store has not. */
    public long lagBytes() {
        return Math.max(0, serverEnd.minus(stored));
    }
}
