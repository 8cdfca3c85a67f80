package dev.lifeboat.backup.window;

import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.schemas.Failure;
import java.util.List;
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
     * @param partials see {@link StoredWal#partials}
     * @param lastCommit up to the end of the newest joined window
     */
    record Known(
            long segmentBytes,
            RecoveryWindow window,
            List<WalSegment> partials,
            List<StoredWal.Unusable> unusable,
            Optional<LastCommit> lastCommit) {}

    static RepositoryWindow of(String repository, String method, DatabaseSystem system, Known known) {
        return new RepositoryWindow(repository, method, Optional.of(system), Optional.of(known), Optional.empty());
    }

    static RepositoryWindow unknown(String repository, String method, Failure failure) {
        return new RepositoryWindow(repository, method, Optional.empty(), Optional.empty(), Optional.of(failure));
    }
}
