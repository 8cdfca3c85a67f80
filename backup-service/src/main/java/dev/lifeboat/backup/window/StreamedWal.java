package dev.lifeboat.backup.window;

import dev.lifeboat.backup.wal.WalFacts;
import dev.lifeboat.backup.window.RecoveryWindow.Point;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** The WAL that Lifeboat streamed into a repository itself, as it is listed: see {@link WalKeys}. */
final class StreamedWal {
    private final ObjectStore store;
    private final WalKeys keys;

    /**
     * @param cluster the cluster's folder in the store, with a slash at its end
     */
    StreamedWal(ObjectStore store, String cluster) {
        this.store = store;
        this.keys = WalKeys.in(store, cluster);
    }

    private record Timeline(Stretches.Folded wal, Optional<String> history) {}

    /**
     * All of it.
     *
     * @param flaw why an object does not count; empty when it does
     * @throws StoreException if the store does not list
     */
    StoredWal wal(long segmentBytes, Map<Integer, Lsn> seen, Function<ObjectInfo, Optional<String>> flaw)
            throws InterruptedException {
        Map<Integer, Timeline> timelines = TimelineListing.read(
                store,
                keys.folder(),
                (timeline, objects) -> timeline(objects, segmentBytes, new Stretches(timeline, flaw)));
        List<StoredWal.Stretch> stretches = new ArrayList<>();
        List<StoredWal.Unusable> unusable = new ArrayList<>();
        Map<Integer, TimelineHistory> histories = new TreeMap<>();
        timelines.forEach((number, timeline) -> {
            stretches.addAll(timeline.wal().stretches());
            unusable.addAll(timeline.wal().unusable());
            timeline.history().flatMap(key -> history(number, key)).ifPresent(read -> histories.put(number, read));
        });
        return new StoredWal(segmentBytes, stretches, histories, unusable, List.of(), seen);
    }

    private Timeline timeline(Stream<ObjectInfo> objects, long segmentBytes, Stretches stretches) {
        List<String> histories = new ArrayList<>();
        objects.forEach(object -> keys.parse(object.key(), segmentBytes).ifPresent(parsed -> {
            switch (parsed) {
                case WalObject.Sealed sealed -> stretches.segment(object, sealed.segment());
                case WalObject.Piece piece -> stretches.part(object, new Span(piece.start(), piece.end()));
                case WalObject.History history -> histories.add(object.key());
            }
        }));
        return new Timeline(stretches.fold(), histories.stream().findFirst());
    }

    private Optional<TimelineHistory> history(int timeline, String key) {
        try (InputStream in = store.get(key, Optional.empty())) {
            return Optional.of(TimelineHistory.parse(timeline, in.readAllBytes()));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** Where it lies for a cluster, with a slash at its end. */
    static String folder(String cluster, UUID clusterId) {
        return "clusters/" + cluster + "/" + clusterId + "/";
    }

    /** Whether the WAL of its segment up to a position is there: the segment, or pieces that join. */
    boolean holds(int timeline, Lsn end, long segmentBytes) {
        WalSegment segment = WalSegment.containing(timeline, new Lsn(end.value() - 1), segmentBytes);
        try (Stream<ObjectInfo> objects = store.list(keys.folder(timeline) + segment.name(), Optional.empty())) {
            Stretches.Folded folded = timeline(objects, segmentBytes, new Stretches(timeline, Flaws::ofListing))
                    .wal();
            return folded.stretches().stream()
                    .anyMatch(stretch -> stretch.span().holds(new Span(segment.start(), end)));
        }
    }

    /**
     * What the object at the end of a window says about itself.
     *
     * @param systemIdentifier of the database system that wrote it
     */
    record End(Optional<String> systemIdentifier, Optional<LastCommit> lastCommit) {
        static final End NOT_TOLD = new End(Optional.empty(), Optional.empty());
    }

    /** Asks for the one object that ends there; a window that ends where a timeline was left has none. */
    End end(Point end, long segmentBytes) {
        WalSegment last =
                WalSegment.containing(end.timeline(), new Lsn(end.lsn().value() - 1), segmentBytes);
        Optional<String> key;
        try (Stream<ObjectInfo> objects = store.list(keys.folder(end.timeline()) + last.name(), Optional.empty())) {
            key = objects.map(ObjectInfo::key)
                    .filter(name -> keys.parse(name, segmentBytes)
                            .filter(object -> endsAt(object, end.lsn()))
                            .isPresent())
                    .findFirst();
        }
        return key.flatMap(store::head).map(StreamedWal::told).orElse(End.NOT_TOLD);
    }

    private static boolean endsAt(WalObject object, Lsn lsn) {
        return switch (object) {
            case WalObject.Sealed sealed -> sealed.segment().end().equals(lsn);
            case WalObject.Piece piece -> piece.end().equals(lsn);
            case WalObject.History history -> false;
        };
    }

    private static End told(ObjectInfo object) {
        Map<String, String> facts = object.metadata();
        Optional<LastCommit> commit = Optional.empty();
        if (facts.containsKey(WalFacts.LAST_COMMIT_TIME) && facts.containsKey(WalFacts.LAST_COMMIT_LSN)) {
            commit = Optional.of(new LastCommit(
                    Lsn.parse(facts.get(WalFacts.LAST_COMMIT_LSN)),
                    Instant.parse(facts.get(WalFacts.LAST_COMMIT_TIME))));
        }
        return new End(Optional.ofNullable(facts.get(WalFacts.SYSTEM)), commit);
    }
}
