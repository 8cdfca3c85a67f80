package dev.lifeboat.restore.archive;

import dev.lifeboat.schemas.recovery.RecoveryEvent.Isolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a recovery left the archive alone: no object that existed before was changed or removed, and each new one is
 * the primary's. The primary goes on writing, so listings may differ; who wrote what is told by name.
 */
public final class ArchiveIsolation {
    /** So many keys are named; beyond that the numbers say it. */
    static final int NAMED = 20;

    private ArchiveIsolation() {}

    /** What the keys of one archive mean. */
    public interface Scope {
        /** Whether the recovery needed this object, so that nobody may have touched it; retention may take others. */
        boolean needed(String key);

        /** Whether a new object of that key is what the primary writes. */
        boolean byPrimary(String key);
    }

    /** Compares. */
    public static Isolation between(ArchiveListing before, ArchiveListing after, Scope scope, boolean archiveModeOff) {
        List<String> removed = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        List<String> addedByOthers = new ArrayList<>();
        long added = 0;
        for (Map.Entry<String, ArchiveListing.Entry> was : before.entries().entrySet()) {
            if (!scope.needed(was.getKey())) {
                continue;
            }
            ArchiveListing.Entry is = after.entries().get(was.getKey());
            if (is == null) {
                name(removed, was.getKey());
            } else if (!is.equals(was.getValue())) {
                name(changed, was.getKey());
            }
        }
        for (String key : after.entries().keySet()) {
            if (!before.entries().containsKey(key)) {
                added++;
                if (!scope.byPrimary(key)) {
                    name(addedByOthers, key);
                }
            }
        }
        return new Isolation(
                (long) before.entries().size(),
                (long) after.entries().size(),
                removed,
                changed,
                added,
                addedByOthers,
                archiveModeOff,
                null);
    }

    /** There are no facts, and why. */
    public static Isolation notTaken(String why) {
        return new Isolation(null, null, null, null, null, null, null, why);
    }

    private static void name(List<String> keys, String key) {
        if (keys.size() < NAMED) {
            keys.add(key);
        }
    }
}
