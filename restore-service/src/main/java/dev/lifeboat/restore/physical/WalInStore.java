package dev.lifeboat.restore.physical;

import dev.lifeboat.platform.pgbackrest.PgBackRestRepository;
import dev.lifeboat.platform.postgres.Lsn;
import dev.lifeboat.platform.postgres.WalSegment;
import dev.lifeboat.platform.wal.TimelineHistory;
import dev.lifeboat.platform.wal.WalKeys;
import dev.lifeboat.platform.wal.WalObject;
import dev.lifeboat.restore.archive.ArchiveListing;
import dev.lifeboat.restore.archive.BackupReader;
import dev.lifeboat.restore.archive.DoesNotRestore;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.backup.BackupManifest;
import dev.lifeboat.schemas.backup.BackupManifest.PhysicalSet;
import dev.lifeboat.schemas.backup.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The WAL that the store holds from a backup's start on, as one listing tells.
 *
 * @param histories files of the backup's timeline and of those that were there after it
 * @param archivedElsewhere whether there is an archive of pgBackRest
 * @param askedAt when it was listed
 */
record WalInStore(
        PhysicalSet set,
        WalKeys keys,
        List<WalObject> objects,
        Map<Integer, byte[]> histories,
        boolean archivedElsewhere,
        Instant askedAt) {
    /** Lists; reads the histories. */
    static WalInStore list(BackupReader reader, BackupManifest manifest) {
        PhysicalSet set = manifest.physical();
        WalKeys keys = reader.walKeys(PhysicalScope.cluster(manifest));
        Map<Integer, byte[]> histories = new TreeMap<>();
        if (set.timeline() > 1) {
            read(reader, keys, set.timeline(), histories);
        }
        Lsn start = Lsn.parse(set.startLsn());
        int first = history(set.timeline(), histories).timelineOf(start);
        WalSegment from = WalSegment.containing(first, start, set.walSegmentBytes());
        ArchiveListing listing = reader.list(keys.folder(), keys.justBefore(from));
        List<WalObject> objects = listing.entries().keySet().stream()
                .flatMap(key -> keys.parse(key, set.walSegmentBytes()).stream())
                .toList();
        for (WalObject object : objects) {
            if (object instanceof WalObject.History history && history.timeline() > set.timeline()) {
                read(reader, keys, history.timeline(), histories);
            }
        }
        String archive = PgBackRestRepository.keyPrefix(manifest.cluster(), manifest.clusterId()) + "/archive/";
        boolean archivedElsewhere =
                objects.isEmpty() && !reader.list(archive).entries().isEmpty();
        return new WalInStore(set, keys, objects, histories, archivedElsewhere, listing.takenAt());
    }

    /** Timelines that go on from the backup, its own first. */
    NavigableSet<Integer> timelines() {
        NavigableSet<Integer> all = new TreeSet<>(List.of(set.timeline()));
        Lsn stop = Lsn.parse(set.stopLsn());
        histories.keySet().stream()
                .filter(timeline -> {
                    Optional<Lsn> left = history(timeline, histories).leftAt(set.timeline());
                    return left.isPresent() && !left.get().isBefore(stop);
                })
                .forEach(all::add);
        return all;
    }

    /**
     * The way along a timeline.
     *
     * @param wanted null for the newest
     * @throws NotCarriedOut if that timeline does not go on from the backup
     */
    WalPath path(Integer wanted) {
        int timeline = wanted == null ? timelines().last() : wanted;
        if (!timelines().contains(timeline)) {
            throw NotCarriedOut.forGood(new Failure(
                    "target.timeline-unknown",
                    "The archive holds no WAL of this timeline that goes on from the backup.",
                    "one of " + timelines(),
                    Integer.toString(timeline),
                    "Leave timeline out and the plan chooses the newest."));
        }
        return WalPath.of(history(timeline, histories), Lsn.parse(set.startLsn()), set.walSegmentBytes(), objects);
    }

    /**
     * What must be there is there.
     *
     * @param until up to where WAL is needed; null for all that the store holds
     * @throws DoesNotRestore if it is not
     * @throws NotCarriedOut if it lies where it cannot be fetched from
     */
    void require(WalPath path, Lsn until) {
        Lsn stop = Lsn.parse(set.stopLsn());
        if (objects.isEmpty() && archivedElsewhere) {
            throw NotCarriedOut.forGood(new Failure(
                    "wal.archive-not-available",
                    "The cluster's WAL is archived by pgBackRest, and a physical backup cannot be replayed from there yet.",
                    "streamed WAL in " + keys.folder(),
                    "none, and an archive of pgBackRest",
                    "Rehearse a backup of method pgbackrest; declare wal: {mode: stream} for physical ones."));
        }
        if (path.end().isBefore(stop)) {
            throw new DoesNotRestore(new Failure(
                    "wal.missing",
                    "The archive ends before the backup is consistent.",
                    "WAL from " + set.startLsn() + " to " + set.stopLsn() + " in " + keys.folder(),
                    missing(path),
                    "Do not count on this backup: take a new one, and look why its WAL was not stored."));
        }
        boolean needed = until == null || path.end().isBefore(until);
        if (path.beyond().isPresent() && needed) {
            throw new DoesNotRestore(new Failure(
                    "wal.gap",
                    "WAL is missing in the archive: nothing after it can be recovered.",
                    "everything up to " + keys.of(path.beyond().get()),
                    missing(path),
                    "Take a new backup now, and find out who removed the WAL or why it was never stored."));
        }
    }

    private String missing(WalPath path) {
        return "no " + path.missing() + " from " + path.end() + " on";
    }

    private static void read(BackupReader reader, WalKeys keys, int timeline, Map<Integer, byte[]> histories) {
        String key = keys.of(new WalObject.History(timeline));
        byte[] file = reader.bytes(new ObjectRef(key, null, null));
        try {
            TimelineHistory.parse(timeline, file);
        } catch (IllegalArgumentException e) {
            throw new DoesNotRestore(new Failure(
                    "wal.unreadable",
                    "The history of a timeline cannot be read.",
                    "a file as PostgreSQL writes it",
                    key + ": " + e.getMessage(),
                    "Find out who changed it; the servers of the cluster may still have it in pg_wal."));
        }
        histories.put(timeline, file);
    }

    private static TimelineHistory history(int timeline, Map<Integer, byte[]> histories) {
        byte[] file = histories.get(timeline);
        return file == null ? TimelineHistory.first(timeline) : TimelineHistory.parse(timeline, file);
    }
}
