package dev.lifeboat.restore.pointintime;

import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.recovery.Aim;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.Target;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A replay that ended without its target, and why. */
public final class TargetNotReached {
    private static final Pattern BEFORE_ITS_TARGET =
            Pattern.compile("recovery ended before configured recovery target was reached");
    private static final Pattern BEFORE_CONSISTENCY = Pattern.compile(
            "requested recovery stop point is before consistent recovery point|WAL ends before (end of online backup|consistent recovery point)");
    private static final Pattern NO_CHILD =
            Pattern.compile("requested timeline \\d+ is not a child of this server's history");

    private TargetNotReached() {}

    /** All that the archive holds is replayed, and the target was not in it. */
    public static DoesNotRestore atTheEnd(Aim aim, String lsn, Instant lastCommitAt) {
        return notReached(
                aim,
                "The recovery ended before its target: the archive holds nothing of it after the backup.",
                "the end of the archive, at " + lsn + (lastCommitAt == null ? "" : ", last commit at " + lastCommitAt));
    }

    /**
     * What the errors of a server mean that ended while it replayed.
     *
     * @return empty if they have nothing to do with its target
     */
    public static Optional<RuntimeException> of(Aim aim, List<String> errors) {
        String said = String.join(" | ", errors);
        if (NO_CHILD.matcher(said).find()) {
            return Optional.of(NotCarriedOut.forGood(new Failure(
                    "target.timeline-not-reachable",
                    "The timeline did not come from where the backup was taken.",
                    "a timeline that branched off after the backup",
                    said,
                    "Leave timeline out, or name a backup that was taken before the timeline branched off.")));
        }
        if (BEFORE_CONSISTENCY.matcher(said).find()) {
            return Optional.of(notReached(aim, "The target lies before the backup is consistent.", said));
        }
        if (BEFORE_ITS_TARGET.matcher(said).find()) {
            return Optional.of(notReached(aim, "The recovery ended before its target.", said));
        }
        return Optional.empty();
    }

    private static DoesNotRestore notReached(Aim aim, String message, String found) {
        return new DoesNotRestore(
                new Failure(
                        "target.not-reached",
                        message,
                        described(aim.sought()),
                        found,
                        "Look at what the archive holds; name an older backup with backupId if the target lies before this one."));
    }

    private static String described(Target sought) {
        return sought.type() + (sought.value() == null ? "" : " " + sought.value()) + " on timeline "
                + sought.timeline();
    }
}
