package dev.lifeboat.backup.dump;

import dev.lifeboat.platform.store.ObjectInfo;
import dev.lifeboat.platform.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Takes dumps, or what is left of them, out of a store. Idempotent. */
final class DumpRemoval {
    private static final int AT_ONCE = 1000;
    /** The store's clock and ours may differ; nobody else uploads below the folder of one backup. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private DumpRemoval() {}

    /** The whole backup, its manifest first: without it nothing counts. */
    static void all(ObjectStore store, DumpKeys keys, Instant now) {
        store.delete(List.of(keys.manifest()));
        store.abortStaleUploads(keys.folder(), now.plus(CLOCKS_DIFFER));
        objects(store, keys, key -> true);
    }

    /** What owners before this epoch left. */
    static void olderThan(ObjectStore store, DumpKeys keys, long epoch, Instant now) {
        // One by one: an owner that was itself replaced meanwhile must not end its successor's uploads.
        for (long older = 1; older < epoch; older++) {
            store.abortStaleUploads(keys.epoch(older), now.plus(CLOCKS_DIFFER));
        }
        objects(store, keys, key -> keys.olderThan(epoch, key));
    }

    /** What this epoch wrote, when nothing came of it. */
    static void epoch(ObjectStore store, DumpKeys keys, long epoch, Instant now) {
        store.abortStaleUploads(keys.epoch(epoch), now.plus(CLOCKS_DIFFER));
        objects(store, keys, key -> key.startsWith(keys.epoch(epoch)));
    }

    private static void objects(ObjectStore store, DumpKeys keys, Predicate<String> which) {
        List<String> batch = new ArrayList<>();
        try (Stream<ObjectInfo> found = store.list(keys.folder(), Optional.empty())) {
            found.map(ObjectInfo::key).filter(which).forEach(batch::add);
        }
        for (int from = 0; from < batch.size(); from += AT_ONCE) {
            store.delete(batch.subList(from, Math.min(batch.size(), from + AT_ONCE)));
        }
    }
}
