package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.StoredWal.Stretch;
import dev.lifeboat.backup.window.StoredWal.Unusable;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Facts for tests of the window: segments by number, positions as segment and part of it. */
final class WalStage {
    static final Instant EPOCH = Instant.parse("2026-11-21T10:00:00Z");

    private final long size;
    private final List<Stretch> stretches = new ArrayList<>();
    private final Map<Integer, TimelineHistory> histories = new HashMap<>();
    private final List<Unusable> unusable = new ArrayList<>();
    private final Map<Integer, Lsn> seen = new HashMap<>();

    WalStage(long size) {
        this.size = size;
    }

    static WalStage of16() {
        return new WalStage(16L << 20);
    }

    /** A position: so many segments, and a fraction of the next. */
    Lsn at(double segments) {
        return new Lsn((long) (segments * size));
    }

    Span span(double from, double to) {
        return new Span(at(from), at(to));
    }

    /** Whole segments, the last one included. */
    WalStage segments(int timeline, int first, int last) {
        stretches.add(new Stretch(timeline, span(first, last + 1.0), stored(first), stored(last)));
        return this;
    }

    WalStage piece(int timeline, double from, double to) {
        stretches.add(new Stretch(timeline, span(from, to), stored((long) from), stored((long) from)));
        return this;
    }

    WalStage damaged(int timeline, int segment, String reason) {
        unusable.add(new Unusable("key-" + segment, timeline, span(segment, segment + 1.0), reason));
        return this;
    }

    /** A history file: pairs of ancestor and where it was left. */
    WalStage history(int timeline, TimelineHistory.Ancestor... ancestors) {
        histories.put(timeline, new TimelineHistory(timeline, List.of(ancestors)));
        return this;
    }

    TimelineHistory.Ancestor left(int timeline, double at) {
        return new TimelineHistory.Ancestor(timeline, at(at));
    }

    WalStage seen(int timeline, double end) {
        seen.put(timeline, at(end));
        return this;
    }

    /** When the store got a segment: one each minute. */
    static Instant stored(long segment) {
        return EPOCH.plusSeconds(60 * segment);
    }

    OpeningBackup backup(int timeline, double start, double stop) {
        return new OpeningBackup(
                UUID.nameUUIDFromBytes(
                        (timeline + "/" + start + "/" + stop).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                null,
                timeline,
                at(start),
                at(stop),
                stored((long) stop));
    }

    String name(int timeline, long number) {
        return new WalSegment(timeline, number, size).name();
    }

    StoredWal wal() {
        return new StoredWal(size, stretches, histories, unusable, List.of(), seen);
    }
}
