package dev.lifeboat.backup.physical;

import dev.lifeboat.platform.postgres.Lsn;

/** A cluster's WAL in one repository, as far as the store lists it. */
interface StoredWal {
    /**
     * Up to where the WAL of a timeline is stored without a hole, counted from a position on; that position itself where
     * what follows it is not there. Asks the store anew at each call.
     */
    Lsn contiguousFrom(int timeline, Lsn start);

    /** Where it lies and who brings it, for people. */
    String description();

    /** What to do when it is not there. */
    String remedy();
}
