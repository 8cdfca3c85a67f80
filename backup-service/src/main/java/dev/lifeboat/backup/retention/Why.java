package dev.lifeboat.backup.retention;

/** Every reason for which a backup stays or goes. Codes are stable. */
enum Why {
    /** It is among the newest usable ones that its rule counts. */
    WITHIN_COUNT("within-count", false),
    /** It is younger than its rule's age. */
    WITHIN_AGE("within-age", false),
    /** The newest full older than the age: any second within the age is reached from it. */
    WINDOW_BEGINS("window-begins", false),
    /** Its full backup stays, and no rule of its own lets it go. */
    STAYS_WITH_FULL("stays-with-full", false),
    /** No rule lets it go. */
    NO_RULE("no-rule", false),
    /** Nothing newer can be restored. */
    LAST_USABLE("last-usable", false),
    /** Nothing newer was proven to restore. */
    NEWEST_PROVEN("newest-proven", false),
    /** No usable one is left beside it: even a damaged one is better than none. */
    NOTHING_USABLE("nothing-usable", false),
    /** A running recovery reads it, or what depends on it. */
    HELD("held", false),
    /** Another one that stays depends on it. */
    NEEDED("needed", false),
    /** It was not taken by Lifeboat. */
    ADOPTED("adopted", false),
    /** What it depends on is not in the catalogue. */
    BASE_UNKNOWN("base-unknown", false),
    /** More newer ones than its rule counts. */
    BEYOND_COUNT("beyond-count", true),
    /** Older than its rule's age. */
    TOO_OLD("too-old", true),
    /** More newer ones than its rule counts, and older than its age. */
    BEYOND_COUNT_AND_AGE("beyond-count-and-age", true),
    /** No rule keeps the full backup that it depends on. */
    GOES_WITH_FULL("goes-with-full", true),
    /** Its removal has begun. */
    EXPIRING("expiring", true);

    private final String code;
    private final boolean goes;

    Why(String code, boolean goes) {
        this.code = "retention." + code;
        this.goes = goes;
    }

    /** Stable, e.g. {@code retention.beyond-count}. */
    String code() {
        return code;
    }

    /** Whether the backup goes for it. */
    boolean goes() {
        return goes;
    }
}
