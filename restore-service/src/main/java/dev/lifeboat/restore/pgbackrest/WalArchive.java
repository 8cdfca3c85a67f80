package dev.lifeboat.restore.pgbackrest;

import dev.lifeboat.restore.replay.WalSegment;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The WAL that a pgBackRest repository holds of one server, read from the names of its objects:
 * {@code archive/<stanza>/<version>-<id>/<16 digits>/<24 digits>-<sha1>[.codec]}.
 *
 * @param folder of the incarnation, with a slash at its end
 * @param segments all that are there
 */
record WalArchive(String folder, NavigableSet<WalSegment> segments) {
    private static final Pattern STORED =
            Pattern.compile("([0-9A-F]{16})/([0-9A-F]{24})-[0-9a-f]{40}(?:\\.[a-z0-9]+)?");

    /**
     * The incarnation that holds a segment.
     *
     * @param root {@code <repository path>/archive/<stanza>/}
     * @return empty if no incarnation holds it
     */
    static Optional<WalArchive> holding(WalSegment segment, String root, Collection<String> keys) {
        String wanted = segment.toString();
        return keys.stream()
                .filter(key -> key.startsWith(root))
                .map(key -> key.substring(root.length()))
                .filter(key -> key.contains("/" + wanted + "-"))
                .map(key -> root + key.substring(0, key.indexOf('/') + 1))
                .findFirst()
                .map(folder -> of(folder, keys));
    }

    private static WalArchive of(String folder, Collection<String> keys) {
        NavigableSet<WalSegment> segments = new TreeSet<>();
        for (String key : keys) {
            if (key.startsWith(folder)) {
                Matcher stored = STORED.matcher(key.substring(folder.length()));
                if (stored.matches()) {
                    WalSegment.parse(stored.group(2)).ifPresent(segments::add);
                }
            }
        }
        return new WalArchive(folder, segments);
    }

    /** The timeline that the server is on now: the newest that has a segment. */
    int timeline() {
        return segments.stream().mapToInt(WalSegment::timeline).max().orElse(0);
    }

    /** All timelines that have a segment here. */
    SortedSet<Integer> timelines() {
        return segments.stream().map(WalSegment::timeline).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The last segment of the newest timeline: up to here the target "latest" goes. */
    WalSegment last() {
        return last(timeline());
    }

    /** The last segment of a timeline that is among {@link #timelines}. */
    WalSegment last(int timeline) {
        return segments.stream()
                .filter(segment -> segment.timeline() == timeline)
                .max(WalSegment::compareTo)
                .orElseThrow();
    }

    /**
     * The segments that a server on a timeline has come through, newest first: of each place the one of the newest timeline
     * up to that.
     */
    List<WalSegment> backwards(int timeline) {
        Map<WalSegment, WalSegment> newest = new TreeMap<>();
        WalSegment end = last(timeline);
        segments.stream()
                .filter(segment -> segment.timeline() <= timeline && segment.compareTo(end) <= 0)
                .sorted(Comparator.comparingInt(WalSegment::timeline))
                .forEach(segment -> newest.put(segment.on(timeline), segment));
        return List.copyOf(newest.values()).reversed();
    }

    /** Whether a key is a segment or a backup's history file, and of which timeline; empty for other objects. */
    static Optional<Integer> timelineOf(String key) {
        String name = key.substring(key.lastIndexOf('/') + 1);
        if (name.matches("[0-9A-F]{24}[-.].*")) {
            return Optional.of(Integer.parseUnsignedInt(name.substring(0, 8), 16));
        }
        return name.matches("[0-9A-F]{8}\\.history.*")
                ? Optional.of(Integer.parseUnsignedInt(name.substring(0, 8), 16))
                : Optional.empty();
    }
}
