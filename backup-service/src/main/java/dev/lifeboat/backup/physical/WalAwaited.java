package dev.lifeboat.backup.physical;

import dev.lifeboat.platform.basebackup.ServerManifest.WalRange;
import dev.lifeboat.platform.operations.OperationContext;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.util.List;

/** Waits until the WAL that makes copied files one state is stored: before that they are no backup. */
final class WalAwaited {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private WalAwaited() {}

    /**
     * Returns when all of it is there.
     *
     * @param longest after which it throws
     * @throws PhysicalFailure {@code physical.wal-not-stored}: what is missing, and how far it is there
     */
    static void await(StoredWal stored, List<WalRange> needed, Duration longest, OperationContext context)
            throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        for (WalRange range : needed) {
            Duration pause = LOOK;
            while (true) {
                context.check();
                Lsn end = stored.contiguousFrom(range.timeline(), range.start());
                if (!end.isBefore(range.end())) {
                    break;
                }
                if (System.nanoTime() > until) {
                    throw missing(stored, range, end, longest);
                }
                pause(pause, context);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    private static void pause(Duration pause, OperationContext context) throws InterruptedException {
        for (Duration left = pause; left.isPositive(); left = left.minus(LOOK)) {
            Thread.sleep(LOOK.toMillis());
            context.check();
        }
    }

    private static PhysicalFailure missing(StoredWal stored, WalRange range, Lsn end, Duration longest) {
        return new PhysicalFailure(
                new Failure(
                        PhysicalFaults.WAL_NOT_STORED,
                        "The WAL that was written while the backup ran is not stored, and without it the backup cannot be"
                                + " restored.",
                        "timeline " + Integer.toUnsignedString(range.timeline()) + " from " + range.start() + " to "
                                + range.end() + " in " + stored.description() + " within " + longest,
                        end.equals(range.start()) ? "nothing from " + end + " on" : "without a hole up to " + end,
                        stored.remedy()),
                false,
                null);
    }
}
