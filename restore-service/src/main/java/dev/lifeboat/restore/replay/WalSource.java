package dev.lifeboat.restore.replay;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.schemas.Failure;
import java.nio.file.Path;

/** Where a server gets its WAL from while it replays, and what it means when it does not get it. */
public interface WalSource {

    /** The server's {@code restore_command}. */
    String restoreCommand();

    /** What that command writes down of each request, see {@link WalRequests}. */
    Path requests();

    /** The last segment that was whole when the recovery began. */
    WalSegment last();

    /** The timeline to follow. */
    int timeline();

    /** Throws what keeps WAL from coming, if anything does; asked again and again. */
    default void check() {}

    /**
     * The server has replayed up to here and goes no further.
     *
     * @throws DoesNotRestore if it should have
     */
    default void requireEnd(Lsn replayed) {}

    /** The server waits for a segment although there are later ones. */
    default RuntimeException gap(WalSegment missing) {
        return new DoesNotRestore(new Failure(
                "wal.gap",
                "A WAL segment is missing in the archive: nothing after it can be recovered.",
                "every segment up to " + last(),
                "no " + missing,
                "Take a new full backup now, and find out who removed the segment or why it was never archived."));
    }

    /** There is no more, and the server is not consistent. */
    default RuntimeException inconsistent(WalSegment missing) {
        return new DoesNotRestore(new Failure(
                "wal.missing",
                "The archive ends before the backup is consistent.",
                "WAL up to the end of the backup",
                "no " + missing,
                "Do not count on this backup: take a new one, and look why its WAL was not archived."));
    }

    /** The command ended with a status that is neither "here" nor "not there", for minutes. */
    RuntimeException unanswered(int exit);
}
