package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.physical.WalPath.Stretch;
import dev.lifeboat.restore.replay.WalSegment;
import dev.lifeboat.restore.replay.WalSource;
import dev.lifeboat.schemas.Failure;
import java.nio.file.Path;
import java.util.Optional;

/** Streamed WAL, as it is handed over to a server. */
record StreamedWal(WalPath path, SegmentFetch fetch, WalHandover handover, WalAhead ahead) implements WalSource {
    @Override
    public String restoreCommand() {
        return handover.restoreCommand();
    }

    @Override
    public Path requests() {
        return handover.requests();
    }

    /** Of an open segment the server asks again when it has replayed what was stored of it: it counts as lying behind. */
    @Override
    public WalSegment last() {
        Stretch last = path.stretches().getLast();
        String name = last.isWhole()
                ? last.segment().name()
                : last.segment().previous().name();
        return WalSegment.parse(name).orElseThrow();
    }

    @Override
    public int timeline() {
        return path.history().timeline();
    }

    @Override
    public void check() {
        ahead.check();
    }

    @Override
    public void requireEnd(dev.lifeboat.platform.postgres.Lsn replayed) {
        Optional<Lsn> end = ahead.lastValid();
        if (end.isPresent() && replayed.isBefore(end.get())) {
            throw fetch.unreadable(
                    path.stretches().getLast(), "the server replays up to " + replayed + " and not up to " + end.get());
        }
    }

    /** Whatever it waits for was handed over: it could not go on with that. */
    @Override
    public RuntimeException gap(WalSegment missing) {
        return path.stretches().stream()
                .filter(stretch -> stretch.segment().name().equals(missing.toString()))
                .findFirst()
                .<RuntimeException>map(stretch -> fetch.unreadable(stretch, "the server cannot replay it"))
                .orElseGet(() -> WalSource.super.gap(missing));
    }

    @Override
    public RuntimeException unanswered(int exit) {
        return NotCarriedOut.forNow(
                new Failure(
                        "sandbox.wal-not-handed-over",
                        "The sandbox's server could not take the WAL that was fetched for it.",
                        "status 0 or 1 of its restore_command",
                        Integer.toString(exit),
                        "Look at the sandbox's log and at the room on its disk; it is tried again."),
                null);
    }

    /** That the backup's own WAL was handed over and is not enough. */
    @Override
    public DoesNotRestore inconsistent(WalSegment missing) {
        return fetch.unreadable(path.stretches().getLast(), "the server does not become consistent with it");
    }
}
