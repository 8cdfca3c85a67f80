package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.recovery.RecoveryEvent.RecoveryEnded;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Stop;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * Judges whether a drill to a point in time got there: what lies before the target was replayed, what lies after it was not.
 * It believes what was measured before the server was opened, and where the server itself says that it stopped. One that did
 * not say so may have stopped anywhere: inconclusive.
 */
final class TargetReached {
    private static final String NAME = "target-reached";
    private static final String POINT_IN_TIME = "point-in-time";
    private static final String RESTORE = "restore";
    private static final String BEFORE = "before";
    private static final String AFTER = "after";
    /** The log shows a transaction's number without its epoch. */
    private static final long XIDS = 1L << 32;

    private TargetReached() {}

    static CheckResult judge(RecoveryEnded ended) {
        return MarkersJudged.of(byItsWord(ended), ended.reached());
    }

    private static CheckResult byItsWord(RecoveryEnded ended) {
        if (!POINT_IN_TIME.equals(ended.kind()) && !RESTORE.equals(ended.kind())) {
            return of(Verdict.NOT_APPLICABLE, "A " + ended.kind() + " restores what its backup holds.", null, null);
        }
        Reached reached = ended.reached();
        if (reached == null || reached.sought() == null) {
            return inconclusive("It was not measured what was reached.");
        }
        Target sought = reached.sought();
        if (sought.timeline() != null && reached.timeline() != null && reached.timeline() > sought.timeline()) {
            return of(
                    Verdict.FAILED,
                    "Another timeline was followed.",
                    "timeline " + sought.timeline() + " and where it came from",
                    "timeline " + reached.timeline());
        }
        if (sought.type().equals("latest")) {
            return reached.lsn() == null
                    ? inconclusive("It is not known up to where WAL was replayed.")
                    : of(Verdict.PASSED, null, null, "replayed to " + reached.lsn());
        }
        if (reached.stop() == null || !Boolean.TRUE.equals(reached.atTarget())) {
            return inconclusive("The server did not say that it stopped at its target.");
        }
        boolean inclusive = !Boolean.FALSE.equals(sought.inclusive());
        return switch (sought.type()) {
            case "time", "random" -> moment(sought, inclusive, reached);
            case "lsn" -> position(sought, inclusive, reached);
            case "xid" -> transaction(sought, inclusive, reached.stop());
            case "name" -> restorePoint(sought, reached.stop());
            default -> inconclusive("A target of type " + sought.type() + " is not known here.");
        };
    }

    /** It stops before the first end of a transaction behind the moment: that one dates what is missing. */
    private static CheckResult moment(Target sought, boolean inclusive, Reached reached) {
        Instant at = OffsetDateTime.parse(sought.value()).toInstant().truncatedTo(ChronoUnit.MICROS);
        Stop stop = reached.stop();
        if (!stop.side().equals(BEFORE) || stop.at() == null) {
            return inconclusive("The server stopped " + stop.side() + " " + stop.what() + ", at no moment.");
        }
        Instant last = reached.lastCommitAt();
        String expected = inclusive
                ? "the last commit at or before " + at + ", the next one after it"
                : "the last commit before " + at + ", the next one not before it";
        String found = (last == null ? "no commit after the backup" : "the last commit at " + last) + ", the next at "
                + stop.at();
        boolean nothingLater = last == null || (inclusive ? !last.isAfter(at) : last.isBefore(at));
        boolean nothingMissing = inclusive ? stop.at().isAfter(at) : !stop.at().isBefore(at);
        if (!nothingLater) {
            return of(Verdict.FAILED, "Transactions after the target were recovered.", expected, found);
        }
        return nothingMissing
                ? of(Verdict.PASSED, null, null, found)
                : of(Verdict.FAILED, "Transactions before the target were not recovered.", expected, found);
    }

    private static CheckResult position(Target sought, boolean inclusive, Reached reached) {
        long wanted = bytes(sought.value());
        Stop stop = reached.stop();
        if (stop.lsn() == null || reached.lsn() == null || !stop.side().equals(inclusive ? AFTER : BEFORE)) {
            return inconclusive("The server stopped " + stop.side() + " " + stop.what() + ", at no position.");
        }
        boolean there = Long.compareUnsigned(bytes(stop.lsn()), wanted) >= 0;
        boolean replayed = inclusive
                ? Long.compareUnsigned(bytes(reached.lsn()), wanted) >= 0
                : Long.compareUnsigned(bytes(reached.lsn()), bytes(stop.lsn())) <= 0;
        return there && replayed
                ? of(Verdict.PASSED, null, null, "replayed to " + reached.lsn())
                : of(
                        Verdict.FAILED,
                        "The position was not reached, or was passed.",
                        (inclusive ? "replayed to " : "replayed up to, and not over, ") + sought.value(),
                        "stopped " + stop.side() + " " + stop.lsn() + ", replayed to " + reached.lsn());
    }

    private static CheckResult transaction(Target sought, boolean inclusive, Stop stop) {
        long wanted = Long.parseLong(sought.value()) % XIDS;
        boolean there =
                stop.xid() != null && stop.xid() == wanted && stop.side().equals(inclusive ? AFTER : BEFORE);
        String found = "stopped " + stop.side() + " " + stop.what() + (stop.xid() == null ? "" : " of " + stop.xid());
        return there
                ? of(Verdict.PASSED, null, null, found)
                : of(
                        Verdict.FAILED,
                        "The server stopped elsewhere than at the transaction.",
                        "stopped " + (inclusive ? AFTER : BEFORE) + " the end of " + wanted,
                        found);
    }

    private static CheckResult restorePoint(Target sought, Stop stop) {
        return Objects.equals(stop.name(), sought.value())
                ? of(Verdict.PASSED, null, null, "restore point of " + stop.at())
                : of(
                        Verdict.FAILED,
                        "The server stopped elsewhere than at the restore point.",
                        "restore point " + sought.value(),
                        stop.name() == null ? "stopped " + stop.side() + " " + stop.what() : stop.name());
    }

    static long bytes(String lsn) {
        int slash = lsn.indexOf('/');
        return Long.parseLong(lsn.substring(0, slash), 16) << 32 | Long.parseLong(lsn.substring(slash + 1), 16);
    }

    private static CheckResult inconclusive(String reason) {
        return of(Verdict.INCONCLUSIVE, reason, null, null);
    }

    private static CheckResult of(Verdict verdict, String reason, String expected, String found) {
        return new CheckResult(NAME, true, verdict, reason, expected, found, null, null);
    }
}
