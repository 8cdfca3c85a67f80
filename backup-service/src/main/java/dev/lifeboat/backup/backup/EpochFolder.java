package dev.lifeboat.backup.backup;

import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where a backup lies in its repository. What an attempt writes lies below its epoch, so that an owner which was stopped and
 * replaced overwrites nothing; the manifest beside the epochs names the one that counts. Removing is idempotent.
 *
 * @param folder of the backup, with a slash at its end; the repository's own prefix left out
 */
public record EpochFolder(String folder) {
    private static final int AT_ONCE = 1000;
    /** The store's clock and ours may differ; nobody else uploads below the folder of one backup. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /** Written last. */
    public String manifest() {
        return folder + "manifest.json";
    }

    /** All that one owner writes. */
    public String epoch(long epoch) {
        return folder + epoch + "/";
    }

    /** Whether an object below the folder was written by an owner before the given one. */
    public boolean olderThan(long epoch, String key) {
        String rest = key.startsWith(folder) ? key.substring(folder.length()) : "";
        int slash = rest.indexOf('/');
        if (slash <= 0 || !rest.substring(0, slash).chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        return Long.parseLong(rest.substring(0, slash)) < epoch;
    }

    /** Removes the whole backup, its manifest first: without it nothing counts. */
    public void removeAll(ObjectStore store, Instant now) {
        store.delete(List.of(manifest()));
        store.abortStaleUploads(folder, now.plus(CLOCKS_DIFFER));
        remove(store, key -> true);
    }

    /** Removes what owners before this epoch left. */
    public void removeOlderThan(ObjectStore store, long epoch, Instant now) {
        // One by one: an owner that was itself replaced meanwhile must not end its successor's uploads.
        for (long older = 1; older < epoch; older++) {
            store.abortStaleUploads(epoch(older), now.plus(CLOCKS_DIFFER));
        }
        remove(store, key -> olderThan(epoch, key));
    }

    /** Removes what this epoch wrote, when nothing came of it. */
    public void removeEpoch(ObjectStore store, long epoch, Instant now) {
        store.abortStaleUploads(epoch(epoch), now.plus(CLOCKS_DIFFER));
        remove(store, key -> key.startsWith(epoch(epoch)));
    }

    private void remove(ObjectStore store, Predicate<String> which) {
        List<String> batch = new ArrayList<>();
        try (Stream<ObjectInfo> found = store.list(folder, Optional.empty())) {
            found.map(ObjectInfo::key).filter(which).forEach(batch::add);
        }
        for (int from = 0; from < batch.size(); from += AT_ONCE) {
            store.delete(batch.subList(from, Math.min(batch.size(), from + AT_ONCE)));
        }
    }
}
