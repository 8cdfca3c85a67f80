package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import dev.lifeboat.backup.window.RecoveryWindow.Joined;
import dev.lifeboat.backup.window.RecoveryWindow.Point;
import dev.lifeboat.backup.window.RecoveryWindow.Timeline;
import dev.lifeboat.backup.window.RecoveryWindow.Window;
import dev.lifeboat.backup.window.RepositoryWindow.DatabaseSystem;
import dev.lifeboat.backup.window.RepositoryWindow.Known;
import dev.lifeboat.backup.window.WindowView.BackupView;
import dev.lifeboat.backup.window.WindowView.GapView;
import dev.lifeboat.backup.window.WindowView.JoinedView;
import dev.lifeboat.backup.window.WindowView.NewestView;
import dev.lifeboat.backup.window.WindowView.OrphanView;
import dev.lifeboat.backup.window.WindowView.PointView;
import dev.lifeboat.backup.window.WindowView.RepositoryView;
import dev.lifeboat.backup.window.WindowView.TimelineView;
import dev.lifeboat.backup.window.WindowView.UnusableView;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Turns what was computed into what is shown. */
record WindowViews(RepositoryWindow of, Instant now, Optional<Duration> objective) {

    RepositoryView view(UUID clusterId, Map<UUID, Instant> gapsSince) {
        if (of.known().isEmpty()) {
            return new RepositoryView(
                    of.repository(),
                    of.method(),
                    "unknown",
                    of.failure().orElseThrow(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
        Known known = of.known().get();
        RecoveryWindow window = known.window();
        return new RepositoryView(
                of.repository(),
                of.method(),
                "known",
                null,
                of.system().map(DatabaseSystem::identifier).orElse(null),
                of.system().map(DatabaseSystem::archive).orElse(null),
                known.wal().segmentBytes(),
                newest().orElse(null),
                window.joined().stream().map(this::joined).toList(),
                window.windows().stream().map(this::backup).toList(),
                window.gaps().stream()
                        .map(gap -> gap(
                                gap, known.wal().segmentBytes(), Place.of(of).gapId(clusterId, gap), gapsSince))
                        .toList(),
                window.timelines().stream().map(WindowViews::timeline).toList(),
                window.orphans().stream()
                        .map(orphan -> new OrphanView(
                                orphan.timeline(),
                                text(orphan.span().start()),
                                text(orphan.span().end()),
                                orphan.segments()))
                        .toList(),
                WindowView.names(known.wal().partials()),
                known.wal().unusable().stream()
                        .map(object -> new UnusableView(object.key(), object.timeline(), object.reason()))
                        .toList());
    }

    /** The newest moment that can be recovered, and what would be lost now. */
    Optional<NewestView> newest() {
        return of.known().flatMap(known -> known.window().newest().map(joined -> newest(known, joined)));
    }

    private NewestView newest(Known known, Joined joined) {
        PointView to = end(joined.end());
        Duration age = to.at() == null || to.at().isAfter(now)
                ? to.at() == null ? null : Duration.ZERO
                : Duration.between(to.at(), now);
        return new NewestView(
                of.repository(),
                of.method(),
                to.at(),
                to.approximate(),
                to.lsn(),
                joined.end().timeline(),
                known.lastCommit().map(commit -> text(commit.end())).orElse(null),
                age,
                objective.orElse(null),
                age == null
                        ? null
                        : objective.map(allowed -> age.compareTo(allowed) <= 0).orElse(null));
    }

    private JoinedView joined(Joined joined) {
        return new JoinedView(
                new PointView(text(joined.span().start()), joined.from(), null),
                end(joined.end()),
                joined.way(),
                joined.backups(),
                joined.abandoned());
    }

    private BackupView backup(Window window) {
        return new BackupView(
                window.backup().id(),
                window.backup().label(),
                window.backup().timeline(),
                window.span().isPresent(),
                new PointView(text(window.backup().stop()), window.backup().completedAt(), null),
                window.end().map(this::end).orElse(null),
                window.way(),
                window.abandoned());
    }

    /** By the last commit where its time is known: that is asked for the newest end only. */
    private PointView end(Point end) {
        Optional<LastCommit> commit = of.known()
                .filter(known -> known.window()
                        .newest()
                        .filter(newest -> newest.end().equals(end))
                        .isPresent())
                .flatMap(Known::lastCommit);
        return commit.map(last -> new PointView(text(end.lsn()), last.time(), false))
                .orElseGet(() -> new PointView(
                        text(end.lsn()),
                        end.storedAt().orElse(null),
                        end.storedAt().isPresent() ? true : null));
    }

    private static GapView gap(Gap gap, long segmentBytes, UUID id, Map<UUID, Instant> since) {
        WalSegment first = WalSegment.containing(gap.timeline(), gap.span().start(), segmentBytes);
        return new GapView(
                id,
                since.get(id),
                gap.timeline(),
                text(gap.span().start()),
                text(gap.span().end()),
                gap.segments(),
                first.name(),
                new WalSegment(gap.timeline(), first.number() + gap.segments() - 1, segmentBytes).name(),
                gap.reason(),
                gap.storedBefore().orElse(null),
                gap.storedAfter().orElse(null));
    }

    private static TimelineView timeline(Timeline timeline) {
        return new TimelineView(
                timeline.timeline(),
                timeline.parent().orElse(null),
                timeline.switchedAt().map(WindowViews::text).orElse(null),
                timeline.stored().map(span -> text(span.start())).orElse(null),
                timeline.stored().map(span -> text(span.end())).orElse(null),
                timeline.historyStored(),
                timeline.current());
    }

    private static String text(Lsn position) {
        return position.toString();
    }
}
