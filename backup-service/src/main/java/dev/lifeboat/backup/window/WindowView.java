package dev.lifeboat.backup.window;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.backup.window.NamedMoments.NamedMoment;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.schemas.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The recovery window as the API shows it; absent fields are left out.
 *
 * @param computedAt the age of the newest moments is counted up to then
 * @param objective what may be lost, as declared
 * @param newest the best of all repositories
 * @param restorePoints named moments, newest first, a hundred at most
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WindowView(
        String cluster,
        UUID clusterId,
        Instant computedAt,
        Duration objective,
        NewestView newest,
        List<RepositoryView> repositories,
        List<RestorePointView> restorePoints) {

    /**
     * A named moment.
     *
     * @param durableIn repositories that were seen to have the WAL that holds it
     * @param recoverableFrom repositories and methods whose windows reach it now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RestorePointView(
            UUID id,
            String name,
            Instant at,
            String lsn,
            int timeline,
            List<String> durableIn,
            List<String> recoverableFrom) {}

    /**
     * The newest moment that can be recovered.
     *
     * @param at its time; of the last commit, or else not later than this
     * @param approximate whether {@code at} is when the store got the WAL, for want of the commit's own time
     * @param lsn behind the last WAL that can be replayed
     * @param age what would be lost if the server were lost now
     * @param met whether that is within the objective
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NewestView(
            String repository,
            String method,
            Instant at,
            Boolean approximate,
            String lsn,
            int timeline,
            String lastCommitLsn,
            Duration age,
            Duration objective,
            Boolean met) {}

    /**
     * One repository and method, and one database system where pgBackRest's archive holds several.
     *
     * @param state {@code known}, or {@code unknown} with the failure
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RepositoryView(
            String repository,
            String method,
            String state,
            Failure failure,
            String systemIdentifier,
            String archive,
            Long segmentBytes,
            NewestView newest,
            List<JoinedView> windows,
            List<BackupView> backups,
            List<GapView> gaps,
            List<TimelineView> timelines,
            List<OrphanView> orphans,
            List<String> partials,
            List<UnusableView> unusable) {}

    /** A place in the log, and its time where that is known. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PointView(String lsn, Instant at, Boolean approximate) {}

    /** Any moment between the two can be recovered. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record JoinedView(
            PointView from, PointView to, List<Integer> timelines, List<UUID> backups, boolean abandoned) {}

    /**
     * What can be reached with one backup.
     *
     * @param usable whether the WAL is there that the backup itself needs
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BackupView(
            UUID backupId,
            String label,
            int timeline,
            boolean usable,
            PointView from,
            PointView to,
            List<Integer> timelines,
            boolean abandoned) {}

    /**
     * Missing WAL.
     *
     * @param gapId as events call it
     * @param since when an audit saw it first; absent when none has yet
     * @param firstSegment name of the first file that is missing
     * @param storedBefore when the store got what lies before it
     * @param storedAfter when the store got what lies behind it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GapView(
            UUID gapId,
            Instant since,
            int timeline,
            String from,
            String to,
            long segments,
            String firstSegment,
            String lastSegment,
            String reason,
            Instant storedBefore,
            Instant storedAfter) {}

    /** A timeline. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TimelineView(
            int timeline,
            Integer parent,
            String switchedAt,
            String storedFrom,
            String storedTo,
            boolean historyStored,
            boolean current) {}

    /** WAL of a primary that was replaced, beyond the switch. */
    public record OrphanView(int timeline, String from, String to, long segments) {}

    /** An object that is there and does not count. */
    public record UnusableView(String key, int timeline, String reason) {}

    static WindowView of(
            String cluster,
            UUID clusterId,
            Instant now,
            Optional<Duration> objective,
            List<RepositoryWindow> windows,
            Map<UUID, Instant> gapsSince,
            List<NamedMoment> named) {
        List<RepositoryView> views = windows.stream()
                .map(window -> new WindowViews(window, now, objective).view(clusterId, gapsSince))
                .toList();
        Optional<NewestView> best = views.stream()
                .flatMap(view -> Optional.ofNullable(view.newest()).stream())
                .filter(newest -> newest.at() != null)
                .max(Comparator.comparing(NewestView::at));
        return new WindowView(
                cluster, clusterId, now, objective.orElse(null), best.orElse(null), views, points(named, windows));
    }

    private static List<RestorePointView> points(List<NamedMoment> named, List<RepositoryWindow> windows) {
        return named.stream()
                .map(moment -> new RestorePointView(
                        moment.id(),
                        moment.name(),
                        moment.at(),
                        moment.lsn().toString(),
                        moment.timeline(),
                        moment.durableIn(),
                        windows.stream()
                                .filter(window -> window.known()
                                        .filter(known -> known.window().reaches(moment.timeline(), moment.lsn()))
                                        .isPresent())
                                .map(window -> window.repository() + "/" + window.method())
                                .distinct()
                                .toList()))
                .toList();
    }

    static List<String> names(List<WalSegment> segments) {
        return segments.stream().map(WalSegment::name).toList();
    }
}
