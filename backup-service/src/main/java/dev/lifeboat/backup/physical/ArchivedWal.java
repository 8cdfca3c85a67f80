package dev.lifeboat.backup.physical;

import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the cluster's own pgBackRest archive holds: whole segments, each with a digest in its name, in a folder for each 256
 * of them, below one for each database system that the stanza knew: {@code 15-1/0000000100000000/<segment>-<digest>.zst}.
 */
final class ArchivedWal implements StoredWal {
    private static final Pattern ARCHIVE_ID = Pattern.compile("\\d+-(\\d+)/.*");
    private static final Pattern SEGMENT = Pattern.compile("([0-9A-F]{24})-[0-9a-f]{40}(\\.[a-z0-9]+)?");
    private static final int FOLDER = 16;

    private final ObjectStore store;
    private final String archive;
    private final int majorVersion;
    private final long segmentSize;

    /** @param cluster its name, which is the stanza's */
    ArchivedWal(ObjectStore store, String cluster, UUID clusterId, int majorVersion, long segmentSize) {
        this.store = store;
        this.archive = PgBackRestRepository.keyPrefix(cluster, clusterId) + "/archive/" + cluster + "/";
        this.majorVersion = majorVersion;
        this.segmentSize = segmentSize;
    }

    @Override
    public Lsn contiguousFrom(int timeline, Lsn start) {
        Optional<String> folder = newest();
        if (folder.isEmpty()) {
            return start;
        }
        Lsn end = start;
        String listedFolder = "";
        Set<String> listed = Set.of();
        for (WalSegment segment = WalSegment.containing(timeline, start, segmentSize); ; segment = segment.next()) {
            String name = segment.name();
            if (!name.startsWith(listedFolder) || listedFolder.isEmpty()) {
                listedFolder = name.substring(0, FOLDER);
                listed = segments(folder.get() + listedFolder + "/");
            }
            if (!listed.contains(name)) {
                return end;
            }
            end = segment.end();
        }
    }

    /** The folder of the database system that the stanza knew last, of this version. */
    private Optional<String> newest() {
        String prefix = archive + majorVersion + "-";
        Optional<String> after = Optional.empty();
        long newest = 0;
        while (true) {
            Optional<String> next;
            try (Stream<ObjectInfo> listed = store.list(prefix, after)) {
                next = listed.map(ObjectInfo::key).findFirst();
            }
            if (next.isEmpty()) {
                return newest == 0 ? Optional.empty() : Optional.of(prefix + newest + "/");
            }
            Matcher id = ARCHIVE_ID.matcher(next.get().substring(archive.length()));
            if (!id.matches()) {
                return Optional.empty();
            }
            newest = Math.max(newest, Long.parseLong(id.group(1)));
            after = Optional.of(prefix + id.group(1) + "/~");
        }
    }

    private Set<String> segments(String folder) {
        Set<String> names = new HashSet<>();
        try (Stream<ObjectInfo> listed = store.list(folder, Optional.empty())) {
            listed.forEach(info -> {
                Matcher segment = SEGMENT.matcher(info.key().substring(folder.length()));
                if (segment.matches()) {
                    names.add(segment.group(1));
                }
            });
        }
        return names;
    }

    @Override
    public String description() {
        return "the pgBackRest archive in " + archive;
    }

    @Override
    public String remedy() {
        return "Look at pg_stat_archiver and the server's log for what archive_command met. Then take the backup again.";
    }
}
