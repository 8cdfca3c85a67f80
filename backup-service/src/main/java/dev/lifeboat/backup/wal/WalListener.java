package dev.lifeboat.backup.wal;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.Commit;
import dev.lifeboat.platform.wal.RestorePoint;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.schemas.Failure;
import java.util.Optional;

/** Hears how receiving goes, from any of its threads: return quickly, and throw nothing. */
public interface WalListener {
    /** Hears nothing. */
    WalListener NONE = new WalListener() {};

    /** How far the stream is: once a second, and at the end. */
    default void positions(WalPositions positions) {}

    /**
     * An object is in the store.
     *
     * @param bytes that it takes there; 0 when the same was there already
     */
    default void stored(WalObject object, long bytes, WalFacts facts) {}

    /** Pieces were removed, because a segment or a larger piece holds their bytes. */
    default void removed(int pieces) {}

    /** A restore point was received; it is durable once its position is stored. */
    default void restorePoint(int timeline, RestorePoint point) {}

    /** The server went on with a new timeline. */
    default void timelineSwitched(int from, int to, Lsn at) {}

    /** WAL is stored that the server's history does not go through: it counts for no recovery. */
    default void orphans(int timeline, Lsn from, Lsn to) {}

    /** The slot was not there and was made. */
    default void slotCreated(String slot) {}

    /** WAL is missing between what is stored and what the server still has; it was agreed to go on behind it. */
    default void gap(int timeline, Lsn from, Lsn to) {}

    /** The store does not take WAL for now. */
    default void stalled(Failure why) {}

    /** It does again. */
    default void resumed() {}

    /** The slot that keeps what is not yet stored cannot be moved: the server keeps more WAL than it must. */
    default void holdStuck(Failure why) {}

    /** Commit times are not known from here to the next segment: the WAL could not be read, only stored. */
    default void unreadable(Lsn from, String why) {}

    /** The store holds what an earlier run had left on disk. */
    default void leftoverStored(WalObject object, Optional<Commit> lastCommit) {}
}
