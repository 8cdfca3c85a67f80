package dev.lifeboat.verifier.judgement;

import dev.lifeboat.schemas.fleet.Target;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Marker;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Reached;
import dev.lifeboat.schemas.verification.CheckResult;
import dev.lifeboat.schemas.verification.Verdict;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * What markers add to the server's own word: the last one that was committed before the target must be there, and the first
 * one that was written after it must not. One whose bracket holds the target proves neither side. They can make a target
 * that the server says it reached unreached, never the other way round: between two markers there are other transactions.
 */
final class MarkersJudged {
    private MarkersJudged() {}

    static CheckResult of(CheckResult judged, Reached reached) {
        if (judged.verdict() == Verdict.NOT_APPLICABLE || reached == null || reached.sought() == null) {
            return judged;
        }
        Markers markers = reached.markers();
        if (markers == null) {
            return saying(judged, "nobody looked for markers");
        }
        Boolean before = before(reached) ? markers.beforeThere() : null;
        Boolean after = after(reached) ? markers.afterThere() : null;
        if (Boolean.FALSE.equals(before)) {
            return failed(
                    judged,
                    "A marker that was committed before the target is missing.",
                    "the marker of " + markers.before().writtenAt(),
                    newest(markers));
        }
        if (Boolean.TRUE.equals(after)) {
            return failed(
                    judged,
                    "A marker that was written after the target is there.",
                    "nothing from " + markers.after().writtenAt() + " on",
                    newest(markers));
        }
        if (before == null && after == null) {
            return saying(judged, "no marker proves it" + (markers.note() == null ? "" : " (" + markers.note() + ")"));
        }
        return saying(
                judged,
                (before == null
                                ? "no marker before"
                                : "marker of " + markers.before().writtenAt() + " there")
                        + (after == null
                                ? ", none known after"
                                : ", that of " + markers.after().writtenAt() + " not"));
    }

    private static boolean before(Reached reached) {
        Marker marker = reached.markers().before();
        if (marker == null || !onTimeline(marker, reached)) {
            return false;
        }
        Instant moment = moment(reached.sought());
        if (moment != null) {
            return exclusive(reached.sought())
                    ? marker.returnedAt().isBefore(moment)
                    : !marker.returnedAt().isAfter(moment);
        }
        return Long.compareUnsigned(TargetReached.bytes(marker.returnedLsn()), position(reached)) <= 0;
    }

    private static boolean after(Reached reached) {
        Marker marker = reached.markers().after();
        if (marker == null || !onTimeline(marker, reached)) {
            return false;
        }
        Instant moment = moment(reached.sought());
        if (moment != null) {
            return exclusive(reached.sought())
                    ? !marker.writtenAt().isBefore(moment)
                    : marker.writtenAt().isAfter(moment);
        }
        return Long.compareUnsigned(TargetReached.bytes(marker.writtenLsn()), position(reached)) > 0;
    }

    /** What an older timeline wrote after the fork is not part of this one. */
    private static boolean onTimeline(Marker marker, Reached reached) {
        return reached.timeline() != null && reached.timeline() == marker.timeline();
    }

    private static Instant moment(Target sought) {
        return sought.type().equals("time") || sought.type().equals("random")
                ? OffsetDateTime.parse(sought.value()).toInstant().truncatedTo(ChronoUnit.MICROS)
                : null;
    }

    /** Of targets that are neither moment nor position: the position that was reached. */
    private static long position(Reached reached) {
        return TargetReached.bytes(
                reached.sought().type().equals("lsn") ? reached.sought().value() : reached.lsn());
    }

    private static boolean exclusive(Target sought) {
        return Boolean.FALSE.equals(sought.inclusive());
    }

    private static String newest(Markers markers) {
        return markers.newest() == null ? "no marker" : "the newest is of " + markers.newest();
    }

    private static CheckResult saying(CheckResult judged, String more) {
        return new CheckResult(
                judged.name(),
                judged.required(),
                judged.verdict(),
                judged.reason(),
                judged.expected(),
                judged.found() == null ? more : judged.found() + "; " + more,
                judged.startedAt(),
                judged.duration());
    }

    private static CheckResult failed(CheckResult judged, String reason, String expected, String found) {
        return new CheckResult(
                judged.name(),
                judged.required(),
                Verdict.FAILED,
                judged.verdict() == Verdict.FAILED ? judged.reason() + " " + reason : reason,
                expected,
                found,
                judged.startedAt(),
                judged.duration());
    }
}
