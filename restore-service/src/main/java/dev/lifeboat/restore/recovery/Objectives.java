package dev.lifeboat.restore.recovery;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Markers;
import dev.lifeboat.schemas.recovery.RecoveryEvent.Measure;
import java.time.Duration;
import java.time.Instant;

/** RTO and RPO as measured, beside what was promised. Whether they are met never decides a verdict. */
public final class Objectives {
    /** So long after the newest marker others still committed: nobody wrote markers any more. */
    private static final Duration MARKERS_STOPPED = Duration.ofMinutes(1);

    private Objectives() {}

    /**
     * RTO: from the request accepted to the first successful write on the recovered server, queueing and earlier attempts
     * included.
     *
     * @param firstWriteAt null when no write ever succeeded
     */
    public static Measure rto(Duration objective, Instant requestedAt, Instant firstWriteAt) {
        if (firstWriteAt == null) {
            return new Measure(objective, null, null, "not measured: no write succeeded on a recovered server");
        }
        return measured(objective, nonNegative(Duration.between(requestedAt, firstWriteAt)), null);
    }

    /**
     * RPO: the assumed incident (the moment of the request) minus the last recovered commit. For a dump the last commit is
     * the snapshot.
     */
    public static Measure rpo(Duration objective, Instant incidentAt, Recovered recovered) {
        return switch (recovered) {
            case Recovered.Nothing() ->
                new Measure(objective, null, null, "not measured: nothing was recovered that could be dated");
            case Recovered.Snapshot(Instant at) ->
                measured(objective, nonNegative(Duration.between(at, incidentAt)), "age of the dump's snapshot");
            case Recovered.NewestMarker(Instant at) ->
                measured(objective, nonNegative(Duration.between(at, incidentAt)), "from the newest marker recovered");
            case Recovered.LastCommit(Instant at) ->
                measured(
                        objective,
                        nonNegative(Duration.between(at, incidentAt)),
                        "no markers: from the last commit that was replayed");
            case Recovered.EndOfBackup(Instant at) ->
                measured(
                        objective,
                        nonNegative(Duration.between(at, incidentAt)),
                        "no commit was found in the WAL after the backup; counted from the backup's end");
            case Recovered.ChosenMoment() ->
                new Measure(objective, null, null, "does not apply: the target was chosen");
        };
    }

    /**
     * The same, by the newest marker where markers were written until the end: a server that is idle commits nothing else, and
     * its last commit says when somebody last wrote, not what was lost.
     *
     * @param markers what the copy holds of them; null where nobody looked
     */
    public static Recovered withMarkers(Recovered recovered, Markers markers) {
        if (markers == null || markers.newest() == null) {
            return recovered;
        }
        return switch (recovered) {
            case Recovered.LastCommit(Instant at) ->
                Duration.between(markers.newest(), at).compareTo(MARKERS_STOPPED) > 0
                        ? recovered
                        : new Recovered.NewestMarker(markers.newest());
            case Recovered.EndOfBackup(Instant at) ->
                markers.newest().isBefore(at) ? recovered : new Recovered.NewestMarker(markers.newest());
            default -> recovered;
        };
    }

    /** What the recovered database says about how new it is. */
    public sealed interface Recovered {
        /** Nothing came up. */
        record Nothing() implements Recovered {}

        /** A dump shows this moment. */
        record Snapshot(Instant at) implements Recovered {}

        /** The newest marker was written at this moment. */
        record NewestMarker(Instant at) implements Recovered {}

        /** The last commit that was replayed. */
        record LastCommit(Instant at) implements Recovered {}

        /** Nothing was committed after the backup ended at this moment. */
        record EndOfBackup(Instant at) implements Recovered {}

        /** The target was an older moment on purpose. */
        record ChosenMoment() implements Recovered {}
    }

    private static Measure measured(Duration objective, Duration measured, String note) {
        return new Measure(objective, measured, objective == null ? null : measured.compareTo(objective) <= 0, note);
    }

    private static Duration nonNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
