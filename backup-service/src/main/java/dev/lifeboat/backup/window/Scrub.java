package dev.lifeboat.backup.window;

import dev.lifeboat.backup.window.ScrubRecords.ObjectKey;
import dev.lifeboat.backup.window.ScrubRecords.Read;
import dev.lifeboat.backup.window.ScrubRecords.Verdict;
import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import dev.lifeboat.platform.store.StoreException;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Goes along with a listing: knows what is damaged, and in an audit picks a bounded number of objects that were never read in
 * this version, the newest first, and reads them. Safe for many threads while it lists.
 */
final class Scrub {
    private static final Logger LOG = Logger.getLogger(Scrub.class);

    private final Map<ObjectKey, Read> known;
    private final int atMost;
    private final Map<String, PriorityQueue<ObjectInfo>> unread = new HashMap<>();
    private final Map<ObjectKey, Read> now = new HashMap<>();
    private boolean brokenOff;

    /**
     * @param known what was read before
     * @param atMost so many objects are read of each repository; 0 for none
     */
    Scrub(Map<ObjectKey, Read> known, int atMost) {
        this.known = Map.copyOf(known);
        this.atMost = atMost;
    }

    /** Reads an object to its end, and compares. */
    @FunctionalInterface
    interface Reading {
        Verdict of(ObjectInfo object) throws IOException;
    }

    /** Why objects of a repository do not count; empty for those that do. */
    Function<ObjectInfo, Optional<String>> flaws(String repository) {
        return object -> {
            Optional<String> flaw = Flaws.ofListing(object);
            if (flaw.isPresent()) {
                return flaw;
            }
            Read read = known.get(new ObjectKey(repository, object.key()));
            if (read == null || !read.isOf(object)) {
                remember(repository, object);
                return Optional.empty();
            }
            return read.verdict() == Verdict.DAMAGED ? Optional.of("damaged") : Optional.empty();
        };
    }

    private synchronized void remember(String repository, ObjectInfo object) {
        if (atMost == 0) {
            return;
        }
        PriorityQueue<ObjectInfo> newest = unread.computeIfAbsent(
                repository, any -> new PriorityQueue<>(Comparator.comparing(ObjectInfo::modifiedAt)));
        newest.add(object);
        if (newest.size() > atMost) {
            newest.remove();
        }
    }

    /**
     * Reads what was picked of a repository. A store that breaks off says nothing about what it holds, and an object that
     * was replaced after it was listed says nothing about the one that was listed.
     */
    void read(String repository, ObjectStore store, Reading reading) {
        PriorityQueue<ObjectInfo> picked = unread.remove(repository);
        for (ObjectInfo object : picked == null ? List.<ObjectInfo>of() : List.copyOf(picked)) {
            try {
                Verdict verdict = verdict(object, reading);
                if (verdict == Verdict.DAMAGED) {
                    if (!isStill(object, store)) {
                        LOG.debugf("%s was replaced while it was read", object.key());
                        brokenOff = true;
                        continue;
                    }
                    LOG.errorf("%s in repository %s is damaged", object.key(), repository);
                }
                now.put(new ObjectKey(repository, object.key()), new Read(object.etag(), verdict));
            } catch (StoreException away) {
                LOG.debugf("%s was not read back: %s", object.key(), away.getMessage());
                brokenOff = true;
                return;
            }
        }
    }

    private static Verdict verdict(ObjectInfo object, Reading reading) {
        try {
            return reading.of(object);
        } catch (IOException broken) {
            if (broken.getCause() instanceof StoreException away) {
                throw away;
            }
            return Verdict.DAMAGED;
        }
    }

    private static boolean isStill(ObjectInfo listed, ObjectStore store) {
        return store.head(listed.key())
                .filter(now -> now.etag().equals(listed.etag()))
                .isPresent();
    }

    /** Whether something that was picked could not be read: then the next audit is wanted soon. */
    boolean brokenOff() {
        return brokenOff;
    }

    /** What was read. */
    Map<ObjectKey, Read> now() {
        return Map.copyOf(now);
    }

    /** Whether something was found damaged: then what was computed beside it is too good. */
    boolean foundDamage() {
        return now.values().stream().anyMatch(read -> read.verdict() == Verdict.DAMAGED);
    }
}
