package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;

/**
 * A transaction that was committed, as WAL has it.
 *
 * @param start where its record begins
 * @param end behind its record: recovery up to here has it
 * @param xid of the transaction; of a prepared one, its own
 * @param time by the server's clock; times are not monotonic in WAL
 */
public record Commit(Lsn start, Lsn end, long xid, Instant time) {}
