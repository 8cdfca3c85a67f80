package dev.lifeboat.backup.dump;

import java.util.OptionalDouble;

/** How many bytes a dump will come to: for showing progress, nothing depends on it. */
final class DumpEstimate {
    /** Text compresses, indexes are left out. */
    private static final double FIRST_TIME = 0.25;

    private DumpEstimate() {}

    /** As the last one went, else by experience; at least 1. */
    static long bytes(long databaseBytes, OptionalDouble ratio) {
        return Math.max(1, Math.round(databaseBytes * ratio.orElse(FIRST_TIME)));
    }
}
