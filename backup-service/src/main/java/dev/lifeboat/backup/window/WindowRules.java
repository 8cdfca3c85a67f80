package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.RecoveryWindow.Gap;
import dev.lifeboat.backup.window.RecoveryWindow.Joined;
import dev.lifeboat.backup.window.RecoveryWindow.Orphan;
import dev.lifeboat.backup.window.RecoveryWindow.Point;
import dev.lifeboat.backup.window.RecoveryWindow.Timeline;
import dev.lifeboat.backup.window.RecoveryWindow.Window;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Computes a {@link RecoveryWindow}. A pure function of what a store lists and of the backups in it.
 *
 * <p>Recovery reads each segment from the newest timeline of its way that can have it: the segment in which a timeline
 * forked exists on both sides, and the new one begins with the bytes of the old one up to the fork. What the old one has
 * beyond it counts for nothing.
 *
 * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES">PostgreSQL: Timelines</a>
 */
final class WindowRules {
    private final StoredWal wal;
    private final List<OpeningBackup> backups;
    private final TreeSet<Integer> timelines = new TreeSet<>();
    private final Map<Integer, WalWay> ways = new TreeMap<>();

    private WindowRules(StoredWal wal, List<OpeningBackup> backups) {
        this.wal = wal;
        this.backups = backups.stream()
                .sorted(Comparator.comparing(OpeningBackup::stop).thenComparing(OpeningBackup::id))
                .toList();
        wal.stretches().forEach(stretch -> timelines.add(stretch.timeline()));
        timelines.addAll(wal.histories().keySet());
    }

    static RecoveryWindow of(StoredWal wal, List<OpeningBackup> backups) {
        return new WindowRules(wal, backups).compute();
    }

    private RecoveryWindow compute() {
        List<Window> windows = backups.stream().map(this::window).toList();
        int newest = timelines.isEmpty() ? 0 : timelines.last();
        return new RecoveryWindow(newest, windows, joined(windows), gaps(), timelines(newest), orphans(newest));
    }

    private WalWay way(int timeline) {
        return ways.computeIfAbsent(timeline, tip -> WalWay.to(wal, tip));
    }

    private Window window(OpeningBackup backup) {
        int tip = tip(backup);
        WalWay way = way(tip);
        Optional<Span> whole = way.covered().stream()
                .filter(stretch -> stretch.holds(backup.needs()))
                .findFirst();
        return new Window(
                backup,
                whole.map(stretch -> new Span(backup.stop(), stretch.end())),
                whole.map(stretch -> way.point(stretch.end())),
                way.between(backup.stop(), whole.map(Span::end).orElse(backup.stop())),
                abandoned(backup));
    }

    /** The newest timeline that a backup can be replayed to. */
    private int tip(OpeningBackup backup) {
        return timelines.descendingSet().stream()
                .filter(timeline -> leadsOn(backup, wal.way(timeline)))
                .findFirst()
                .orElse(backup.timeline());
    }

    private static boolean leadsOn(OpeningBackup backup, TimelineHistory way) {
        return way.timeline() == backup.timeline()
                || way.leftAt(backup.timeline())
                        .filter(left -> !left.isBefore(backup.stop()))
                        .isPresent();
    }

    /** Only where the newest timeline says where it comes from: without its history nothing is known. */
    private boolean abandoned(OpeningBackup backup) {
        int newest = timelines.isEmpty() ? backup.timeline() : timelines.last();
        boolean known = newest == 1 || wal.histories().containsKey(newest);
        return known && newest > backup.timeline() && !leadsOn(backup, wal.way(newest));
    }

    private List<Joined> joined(List<Window> windows) {
        Map<Point, List<Window>> byEnd = new LinkedHashMap<>();
        for (Window window : windows) {
            window.end().ifPresent(end -> byEnd.computeIfAbsent(end, any -> new ArrayList<>())
                    .add(window));
        }
        return byEnd.entrySet().stream()
                .map(entry -> {
                    // The windows are in the order of their beginnings.
                    Window first = entry.getValue().getFirst();
                    return new Joined(
                            first.span().orElseThrow(),
                            first.backup().completedAt(),
                            entry.getKey(),
                            entry.getValue().stream()
                                    .map(window -> window.backup().id())
                                    .toList(),
                            first.way(),
                            first.abandoned());
                })
                .toList();
    }

    /** On the newest timeline's way, and on each that a backup leads to. */
    private List<Gap> gaps() {
        Set<Integer> tips = new LinkedHashSet<>();
        if (!timelines.isEmpty()) {
            tips.add(timelines.last());
        }
        backups.forEach(backup -> tips.add(tip(backup)));
        return tips.stream()
                .flatMap(tip -> gaps(way(tip)).stream())
                .distinct()
                .sorted(Comparator.comparing((Gap gap) -> gap.span().start()).thenComparing(Gap::timeline))
                .toList();
    }

    private List<Gap> gaps(WalWay way) {
        List<OpeningBackup> its =
                backups.stream().filter(backup -> tip(backup) == way.timeline()).toList();
        // Nobody needs WAL from before the oldest backup: retention removes it.
        Optional<Lsn> from = its.stream()
                .map(OpeningBackup::start)
                .min(Comparator.naturalOrder())
                .or(() -> way.covered().stream().map(Span::start).findFirst());
        Optional<Lsn> to = Stream.concat(
                        its.stream().map(OpeningBackup::stop),
                        Stream.concat(way.covered().stream().map(Span::end), way.seen().stream()))
                .max(Comparator.naturalOrder());
        if (from.isEmpty() || !from.get().isBefore(to.orElseThrow())) {
            return List.of();
        }
        Lsn end = way.covered().isEmpty() ? from.get() : way.covered().getLast().end();
        return new Span(from.get(), to.orElseThrow())
                .without(way.covered()).stream()
                        .flatMap(missing -> way.byTimeline(missing).stream())
                        .map(part -> gap(way, part, end))
                        .toList();
    }

    private Gap gap(WalWay way, WalWay.Part part, Lsn end) {
        Span span = part.span();
        String reason = wal.unusable().stream()
                .filter(object ->
                        object.timeline() == part.timeline() && object.span().overlaps(span))
                .map(StoredWal.Unusable::reason)
                .findFirst()
                .orElseGet(() -> {
                    if (!span.start().isBefore(end)) {
                        return "end-missing";
                    }
                    return way.switchedIn(span) ? "lost-with-primary" : "missing";
                });
        return new Gap(
                part.timeline(),
                span,
                wal.segments(span),
                reason,
                way.storedUpTo(span.start()),
                way.storedFrom(span.end()));
    }

    private List<Timeline> timelines(int newest) {
        TreeSet<Integer> all = new TreeSet<>(timelines);
        wal.histories().values().forEach(history -> history.ancestors()
                .forEach(ancestor -> all.add(ancestor.timeline())));
        return all.stream()
                .map(timeline -> {
                    TimelineHistory way = wal.way(timeline);
                    Optional<TimelineHistory.Ancestor> parent = way.ancestors().isEmpty()
                            ? Optional.empty()
                            : Optional.of(way.ancestors().getLast());
                    return new Timeline(
                            timeline,
                            parent.map(TimelineHistory.Ancestor::timeline),
                            parent.map(TimelineHistory.Ancestor::left),
                            stored(timeline),
                            timeline == 1 || wal.histories().containsKey(timeline),
                            timeline == newest);
                })
                .toList();
    }

    private Optional<Span> stored(int timeline) {
        return wal.stretches().stream()
                .filter(stretch -> stretch.timeline() == timeline)
                .map(StoredWal.Stretch::span)
                .reduce((one, other) -> new Span(Lsn.min(one.start(), other.start()), Lsn.max(one.end(), other.end())));
    }

    private List<Orphan> orphans(int newest) {
        TimelineHistory way = wal.way(newest == 0 ? 1 : newest);
        if (newest > 1 && way.ancestors().isEmpty()) {
            return List.of();
        }
        List<Orphan> orphans = new ArrayList<>();
        for (int timeline : timelines.headSet(newest)) {
            Optional<Lsn> left = way.leftAt(timeline);
            List<Span> beyond = wal.stretches().stream()
                    .filter(stretch -> stretch.timeline() == timeline)
                    .flatMap(stretch -> stretch.span().within(left.orElse(Lsn.NONE), Optional.empty()).stream())
                    .toList();
            Span.union(beyond).forEach(span -> orphans.add(new Orphan(timeline, span, wal.segments(span))));
        }
        return orphans;
    }
}
