package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.util.Optional;

/**
 * What can be recovered from one repository with one method, or why that is not known.
 *
 * @param method {@code pgbackrest}, or {@code physical} with the WAL that Lifeboat streamed
 * @param system whose WAL it is; empty when it is not known
 * @param known empty when the store could not be listed: that is no empty window
 */
record RepositoryWindow(
        String repository,
        String method,
        Optional<DatabaseSystem> system,
        Optional<Known> known,
        Optional<Failure> failure) {

    /**
     * A database system.
     *
     * @param archive name of its folder in pgBackRest's archive, e.g. {@code 15-1}; empty for streamed WAL
     */
    record DatabaseSystem(String identifier, String archive) {}

    /**
     * What the store told.
     *
     * @param lastCommit up to the end of the newest joined window
     */
    record Known(StoredWal wal, RecoveryWindow window, Optional<LastCommit> lastCommit) {

        /** Behind the last WAL of a timeline that can be used: of the newest window where that ends there, else at all. */
        Optional<Lsn> storedEnd(int timeline) {
            return window.newest()
                    .map(newest -> newest.end())
                    .filter(end -> end.timeline() == timeline)
                    .map(RecoveryWindow.Point::lsn)
                    .or(() -> Optional.ofNullable(wal.ends().get(timeline)));
        }
    }

    static RepositoryWindow of(String repository, String method, DatabaseSystem system, Known known) {
        return new RepositoryWindow(repository, method, Optional.of(system), Optional.of(known), Optional.empty());
    }

    static RepositoryWindow unknown(String repository, String method, Failure failure) {
        return new RepositoryWindow(repository, method, Optional.empty(), Optional.empty(), Optional.of(failure));
    }
}
