package dev.lifeboat.restore.pgbackrest;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** The last segment of the newest timeline: up to here the target "latest" goes. */
    WalSegment last() {
        int timeline = timeline();
        return segments.stream()
                .filter(segment -> segment.timeline() == timeline)
                .max(WalSegment::compareTo)
                .orElseThrow();
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
