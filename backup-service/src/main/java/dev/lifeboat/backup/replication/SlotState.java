package dev.lifeboat.backup.replication;

import dev.lifeboat.platform.postgres.Lsn;
import java.util.Optional;

/**
 * A physical replication slot.
 *
 * @param restart from where the server keeps WAL for it; empty when nothing is reserved, or was given up
 * @param timeline that {@code restart} lies on, where the server says so
 */
public record SlotState(Optional<Lsn> restart, Optional<Integer> timeline) {}
