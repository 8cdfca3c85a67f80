package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.ArchiveInfo.ArchivedSystem;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.secrets.Secret;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import dev.lifeboat.platform.wal.TimelineHistory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The archive of one stanza, as its repository lists it:
 * {@code archive/<stanza>/<version>-<id>/<16 digits>/<24 digits>[.partial]-<sha1>[.codec]} and {@code <8 digits>.history}.
 */
final class PgBackRestArchive {
    private static final Pattern SEGMENT =
            Pattern.compile("[0-9A-F]{16}/([0-9A-F]{24})(\\.partial)?-[0-9a-f]{40}(?:\\.[a-z0-9]+)?");
    private static final Pattern HISTORY = Pattern.compile("([0-9A-F]{8})\\.history");

    private final ObjectStore store;
    private final String root;
    private final Optional<Secret> passphrase;

    /**
     * @param repositoryPath where pgBackRest's tree is, without a slash at its end
     * @param passphrase of the repository, if it is encrypted
     */
    PgBackRestArchive(ObjectStore store, String repositoryPath, String stanza, Optional<Secret> passphrase) {
        this.store = store;
        this.root = repositoryPath + "/archive/" + stanza + "/";
        this.passphrase = passphrase;
    }

    /**
     * What it says about itself; empty when there is no archive.
     *
     * @throws UncheckedIOException when it cannot be read
     */
    Optional<ArchiveInfo> info() {
        return file("archive.info").or(() -> file("archive.info.copy")).map(ArchiveInfo::parse);
    }

    private Optional<byte[]> file(String name) {
        try {
            return Optional.of(read(root + name, passphrase));
        } catch (StoreException e) {
            if (e.fault().code().equals("store.not-found")) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(String key, Optional<Secret> with) throws IOException {
        try (InputStream stored = store.get(key, Optional.empty());
                InputStream clear = with.isPresent() ? PgBackRestCipher.decrypt(stored, with.get()) : stored) {
            return clear.readAllBytes();
        }
    }

    /** Folder of a database system's WAL, with a slash at its end. */
    String folder(ArchivedSystem system) {
        return root + system.folder() + "/";
    }

    /** Whether the segment is there that holds the WAL just before a position. */
    boolean holds(ArchivedSystem system, int timeline, Lsn end, long segmentBytes) {
        String segment = WalSegment.containing(timeline, new Lsn(end.value() - 1), segmentBytes)
                .name();
        try (Stream<ObjectInfo> objects =
                store.list(folder(system) + segment.substring(0, 16) + "/" + segment + "-", Optional.empty())) {
            return objects.anyMatch(object -> object.size() > 0);
        }
    }

    private record Timeline(Stretches.Folded wal, List<WalSegment> partials, Optional<String> history) {}

    /**
     * The WAL of one database system.
     *
     * @param flaw why an object does not count; empty when it does
     * @throws StoreException if the store does not list
     */
    StoredWal wal(
            ArchiveInfo info,
            ArchivedSystem system,
            long segmentBytes,
            Map<Integer, Lsn> seen,
            Function<ObjectInfo, Optional<String>> flaw)
            throws InterruptedException {
        String folder = folder(system);
        Map<Integer, Timeline> timelines = TimelineListing.read(
                store,
                folder,
                (timeline, objects) -> timeline(objects, folder, segmentBytes, new Stretches(timeline, flaw)));
        List<StoredWal.Stretch> stretches = new ArrayList<>();
        List<StoredWal.Unusable> unusable = new ArrayList<>();
        List<WalSegment> partials = new ArrayList<>();
        Map<Integer, TimelineHistory> histories = new TreeMap<>();
        for (Map.Entry<Integer, Timeline> entry : timelines.entrySet()) {
            Timeline timeline = entry.getValue();
            stretches.addAll(timeline.wal().stretches());
            unusable.addAll(timeline.wal().unusable());
            partials.addAll(timeline.partials());
            if (timeline.history().isPresent()) {
                history(entry.getKey(), timeline.history().get(), info.passphrase())
                        .ifPresent(history -> histories.put(entry.getKey(), history));
            }
        }
        return new StoredWal(segmentBytes, stretches, histories, unusable, partials, seen);
    }

    private static Timeline timeline(
            Stream<ObjectInfo> objects, String folder, long segmentBytes, Stretches stretches) {
        List<WalSegment> partials = new ArrayList<>();
        List<String> histories = new ArrayList<>();
        objects.forEach(object -> {
            String name = object.key().substring(folder.length());
            Matcher segment = SEGMENT.matcher(name);
            if (segment.matches()) {
                segment(segment.group(1), segmentBytes).ifPresent(found -> {
                    if (segment.group(2) == null) {
                        stretches.segment(object, found);
                    } else {
                        partials.add(found);
                    }
                });
            } else if (HISTORY.matcher(name).matches()) {
                histories.add(object.key());
            }
        });
        return new Timeline(
                stretches.fold(), List.copyOf(partials), histories.stream().findFirst());
    }

    private static Optional<WalSegment> segment(String name, long segmentBytes) {
        try {
            return Optional.of(WalSegment.parse(name, segmentBytes));
        } catch (IllegalArgumentException otherSize) {
            return Optional.empty();
        }
    }

    /** A history that cannot be read is as good as none: recovery cannot read it either. */
    private Optional<TimelineHistory> history(int timeline, String key, Optional<Secret> with) {
        try {
            return Optional.of(TimelineHistory.parse(timeline, read(key, with)));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
