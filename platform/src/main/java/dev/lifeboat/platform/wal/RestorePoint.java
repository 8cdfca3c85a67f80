package dev.lifeboat.platform.wal;

import dev.lifeboat.platform.postgres.Lsn;
import java.time.Instant;

/**
 * A named moment in WAL ({@code pg_create_restore_point}).
 *
 * @param end behind its record
 * @param name at most 63 bytes
 * @param time by the server's clock
 */
public record RestorePoint(Lsn end, String name, Instant time) {}
