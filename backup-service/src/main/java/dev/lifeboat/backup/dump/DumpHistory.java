package dev.lifeboat.backup.dump;

import dev.lifeboat.schemas.fleet.BackupPolicy;
import java.util.OptionalDouble;
import java.util.UUID;

/** How earlier dumps went. */
@FunctionalInterface
public interface DumpHistory {

    /** Stored bytes for each byte of database, of the newest completed dump of this policy; empty before the first. */
    OptionalDouble ratio(UUID clusterId, BackupPolicy policy);
}
