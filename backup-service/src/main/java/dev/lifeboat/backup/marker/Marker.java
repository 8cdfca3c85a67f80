package dev.lifeboat.backup.marker;

import java.time.Instant;

/**
 * A marker, and the bracket that its commit lies in. A moment or a position inside the bracket proves nothing: whether the
 * marker comes before it or after it, nobody knows.
 *
 * @param writtenAt by the server's clock, in the marker's own transaction
 * @param returnedAt by the server's clock, when the commit had returned
 * @param writtenLsn where WAL was inserted when it was written
 * @param returnedLsn where WAL was inserted when its commit had returned
 * @param timeline that the server was on
 */
public record Marker(Instant writtenAt, Instant returnedAt, String writtenLsn, String returnedLsn, int timeline) {}
