package dev.lifeboat.platform.postgres;

/**
 * The database that markers are written into: its own, so that no publication, dump or fingerprint of the owner's data ever
 * meets it. It is told from a database that happens to be called the same by its comment.
 */
public final class MarkerDatabase {
    /** Its name. */
    public static final String NAME = "lifeboat";

    /** Its comment. */
    public static final String COMMENT = "Markers of Lifeboat: rows that prove how far a recovery came. Safe to drop.";

    /** Rows of {@code pg_database} that are not it, as a condition. */
    public static final String LEFT_OUT =
            "not (datname = '" + NAME + "' and coalesce(pg_catalog.shobj_description(oid, 'pg_database'), '') = "
                    + Identifiers.literal(COMMENT) + ")";

    private MarkerDatabase() {}
}
