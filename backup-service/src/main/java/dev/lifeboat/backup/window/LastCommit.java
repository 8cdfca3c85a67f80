package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;

/**
 * The last transaction before the end of a window.
 *
 * @param end behind its record
 * @param time by the server's clock
 */
record LastCommit(Lsn end, Instant time) {}
