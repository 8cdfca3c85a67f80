package dev.lifeboat.schemas.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What the tables contained at the snapshot of a dump: numbers of rows and digests that do not depend on the order of
 * rows. Equal digests after a restore prove equal content, row values are not in them.
 *
 * @param mode {@code sample} (counts for all, digests for a part) or {@code full}
 * @param algorithm how a digest is made; only equal algorithms compare
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fingerprints(int formatVersion, String mode, String algorithm, List<DatabaseFingerprint> databases) {

    /** The version of this format that is written now. */
    public static final int FORMAT_VERSION = 1;

    /** All tables of one database, its sequences and its large objects. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DatabaseFingerprint(
            String database, List<TableFingerprint> tables, List<SequenceState> sequences, LargeObjects largeObjects) {}

    /**
     * One table.
     *
     * @param digest absent when only rows were counted
     * @param excluded why the table is left out (unlogged, owned by an extension, stale materialised view, ...), else
     *     absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TableFingerprint(String schema, String table, Long rows, String digest, String excluded) {}

    /** A sequence: its last value and whether it was called. */
    public record SequenceState(String schema, String sequence, long lastValue, boolean called) {}

    /** All large objects: how many, and a digest of their numbers and bytes. */
    public record LargeObjects(long count, String digest) {}
}
