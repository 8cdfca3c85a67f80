package dev.lifeboat.restore.archive;

import java.time.Instant;
import java.util.SortedMap;

/**
 * What lay in an archive at a moment.
 *
 * @param prefix that was listed
 * @param entries by key
 */
public record ArchiveListing(String prefix, Instant takenAt, SortedMap<String, Entry> entries) {

    /**
     * One object: equal size and tag mean equal bytes.
     *
     * @param tag the store's entity tag
     */
    public record Entry(long bytes, String tag) {}
}
