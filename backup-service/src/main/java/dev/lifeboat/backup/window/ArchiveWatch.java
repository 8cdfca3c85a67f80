package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.ServerLook.Archiver;
import dev.lifeboat.backup.window.ServerLook.ServerWal;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the server's archiver gets WAL into the store: what it claims against what is there. A pure function.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ARCHIVER-VIEW">pg_stat_archiver</a>
 */
final class ArchiveWatch {
    private ArchiveWatch() {}

    /**
     * Why archiving counts as stalled; empty when it flows.
     *
     * @param stored behind the last WAL of the server's timeline in the store; empty when it has none
     * @param patience how long things may take
     */
    static Optional<Failure> stalled(ServerWal server, Optional<Lsn> stored, Instant now, Duration patience) {
        return failing(server.archiver())
                .or(() -> claimed(server, stored, now, patience))
                .or(() -> behind(server, now, patience));
    }

    /** What the server has written beyond what the store has of its timeline; a new timeline has all of its own to go. */
    static Optional<Long> lag(ServerWal server, Optional<Lsn> stored) {
        return stored.map(end -> Math.max(0, server.lsn().minus(end)));
    }

    private static Optional<Failure> failing(Archiver archiver) {
        boolean failing = archiver.lastFailedAt().isPresent()
                && archiver.lastArchivedAt()
                        .map(archived ->
                                archived.isBefore(archiver.lastFailedAt().get()))
                        .orElse(true);
        return failing
                ? Optional.of(new Failure(
                        "wal.archiver-failing",
                        "The server's archive_command fails.",
                        "each segment archived",
                        archiver.lastFailed().orElse("a segment") + " failed at "
                                + archiver.lastFailedAt().get(),
                        "The server's log says what pgBackRest answered. The server keeps the WAL until it is archived:"
                                + " look after the space of its disk."))
                : Optional.empty();
    }

    /** The archiver reports success for what was dropped, too. */
    private static Optional<Failure> claimed(ServerWal server, Optional<Lsn> stored, Instant now, Duration patience) {
        Archiver archiver = server.archiver();
        boolean longAgo = archiver.lastArchivedAt()
                .filter(at -> at.plus(patience).isBefore(now))
                .isPresent();
        Optional<WalSegment> claimed = archiver.lastArchived()
                .filter(name -> name.matches("[0-9A-F]{24}"))
                .map(name -> WalSegment.parse(name, server.segmentBytes()))
                .filter(segment -> segment.timeline() == server.timeline());
        boolean missing = claimed.isPresent()
                && stored.map(end -> end.isBefore(claimed.get().end())).orElse(true);
        return longAgo && missing
                ? Optional.of(new Failure(
                        "wal.archived-not-stored",
                        "The server's archiver reports success for WAL that is not in the store.",
                        "the segment " + claimed.get(),
                        stored.map(end -> "WAL up to " + end).orElse("no WAL of timeline " + server.timeline()),
                        "Look whether archive_command reports success without archiving (archive-push-queue-max does),"
                                + " or archives elsewhere."))
                : Optional.empty();
    }

    private static Optional<Failure> behind(ServerWal server, Instant now, Duration patience) {
        return server.archiver()
                .oldestReady()
                .filter(since -> since.plus(patience).isBefore(now))
                .map(
                        since -> new Failure(
                                "wal.archiver-behind",
                                "The server's archiver does not keep up.",
                                "a full segment archived within " + patience,
                                "one that has waited since " + since,
                                "Let pgBackRest archive asynchronously with more processes, or look what slows the store down."));
    }
}
