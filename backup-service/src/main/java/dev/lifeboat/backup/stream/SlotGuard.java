package dev.lifeboat.backup.stream;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides about WAL that piles up on a server because its stream does not take it: a full disk stops the server, a slot that
 * is given up costs the recovery. Pure.
 */
final class SlotGuard {
    private static final double WARNING = 0.5;
    private static final double CRITICAL = 0.8;

    /** Of a disk's free space and what is retained there, so much may be used: the server needs the rest to go on. */
    private static final double OF_FREE_SPACE = 0.9;

    private SlotGuard() {}

    /** How bad it is. */
    enum Level {
        OK,
        WARNING,
        CRITICAL,
        /** The slot was given up. */
        DROPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Level of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * What was found.
     *
     * @param retained bytes of WAL that the server keeps for the slot
     * @param declared {@code wal.slotGuard.limit}
     * @param keepSize the server's {@code max_slot_wal_keep_size}; empty when it has none
     * @param free bytes on the disk of its WAL, where that can be known
     * @param mayDrop whether the declaration says {@code onLimit: drop}
     */
    record Facts(
            long retained, Optional<Long> declared, Optional<Long> keepSize, Optional<Long> free, boolean mayDrop) {}

    /** What to do. A limit and its origin, unless nothing limits it. */
    record Decision(Level level, Optional<Limit> limit) {}

    /** So many bytes may be retained, says whom. */
    record Limit(long bytes, String by) {}

    static Decision decide(Facts facts) {
        Optional<Limit> limit = limit(facts);
        if (limit.isEmpty()) {
            return new Decision(Level.OK, limit);
        }
        double used = limit.get().bytes() <= 0
                ? 1
                : (double) facts.retained() / limit.get().bytes();
        Level level;
        if (used >= 1 && facts.mayDrop()) {
            level = Level.DROPPED;
        } else if (used >= CRITICAL) {
            level = Level.CRITICAL;
        } else {
            level = used >= WARNING ? Level.WARNING : Level.OK;
        }
        return new Decision(level, limit);
    }

    /** The lowest that there is: whichever is reached first does the harm. */
    private static Optional<Limit> limit(Facts facts) {
        return Stream.of(
                        facts.declared().map(bytes -> new Limit(bytes, "declaration")),
                        facts.keepSize().map(bytes -> new Limit(bytes, "max_slot_wal_keep_size")),
                        facts.free()
                                .map(free ->
                                        new Limit((long) ((facts.retained() + free) * OF_FREE_SPACE), "free-space")))
                .flatMap(Optional::stream)
                .min(java.util.Comparator.comparingLong(Limit::bytes));
    }
}
