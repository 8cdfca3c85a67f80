package dev.lifeboat.backup.window;

import dev.lifeboat.backup.wal.WalGap;
import java.util.Optional;
import java.util.UUID;

/**
 * Where WAL of a cluster lies.
 *
 * @param archive folder of a database system in pgBackRest's archive, e.g. {@code 15-1}; empty for streamed WAL
 */
record Place(String repository, String method, String archive) {

    static Place of(RepositoryWindow window) {
        return new Place(
                window.repository(),
                window.method(),
                window.system()
                        .flatMap(system -> Optional.ofNullable(system.archive()))
                        .orElse(""));
    }

    /** The same for the same gap, whoever finds it. */
    UUID gapId(UUID clusterId, RecoveryWindow.Gap gap) {
        String where = archive.isEmpty() ? repository : repository + "/" + archive;
        return new WalGap(
                        gap.timeline(),
                        gap.span().start(),
                        Optional.of(gap.span().end()))
                .id(clusterId, where);
    }
}
