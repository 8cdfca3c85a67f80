package dev.lifeboat.restore.deliver;

import java.util.UUID;

/**
 * What databases are called until they are complete: nobody takes half of one for the whole, and whoever clears up knows whose
 * they are. An epoch of the operation has names of its own, so that an owner that was replaced works on nothing that counts.
 */
final class OwnDatabases {
    static final String PREFIX = "lifeboat_restore_";

    private OwnDatabases() {}

    static String of(UUID restore, long epoch, int index) {
        return prefix(restore) + epoch + "_" + index;
    }

    /** How all of one restore begin. */
    static String prefix(UUID restore) {
        return PREFIX + restore.toString().replace("-", "") + "_";
    }
}
