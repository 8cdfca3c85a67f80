package dev.lifeboat.platform.store;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A folder in a bucket. Its laws, which hold for every implementation and are checked by its contract suite:
 *
 * <ol>
 *   <li>What a write returned is durable and whole: the store has checked every byte of it. A write that threw left
 *       either nothing, or the object that was there before, or (when the answer was lost) the whole new object; never a
 *       part of one.
 *   <li>With {@link PutCondition#IF_ABSENT} exactly one of any number of writers succeeds. A writer whose own first
 *       attempt had succeeded without an answer is not told that somebody else was there.
 *   <li>Reading after a write sees it, in listings too.
 *   <li>A stream that is read to its end with an expected digest has that digest, or throws; an end of stream is never
 *       given for bytes that were not there.
 *   <li>A missing object is told from a missing bucket, a wrong key from an untrusted certificate: every
 *       {@link StoreException} carries a {@link StoreFault} with a stable code, and says whether trying again may help.
 *   <li>Keys are Unicode, at most 1,024 bytes with the prefix, of segments that are neither empty nor {@code .}
 *       nor {@code ..}. No key is a folder of another: stores that keep objects as files cannot hold both. They are seen
 *       without the prefix.
 *   <li>Faults that may pass are tried again within the call, with jitter, for some seconds; longer outages are the
 *       caller's.
 * </ol>
 *
 * Safe for many threads.
 */
public interface ObjectStore extends AutoCloseable {

    /** What the keys of objects end in that this store keeps for nobody's eyes but their owner's; empty where it keeps none. */
    default String sealing() {
        return "";
    }

    /** Writes a small object from memory, with its digest as metadata. */
    StoredObject put(String key, byte[] bytes, PutCondition condition, Map<String, String> metadata);

    /** Writes a file of any size. */
    StoredObject put(String key, Path file, PutCondition condition, Map<String, String> metadata);

    /**
     * Writes a stream of unknown length: write to what is returned, then {@link MultipartSink#commit() commit}. Closing it
     * without that leaves nothing. Memory: three parts of 8 MiB; more only beyond 16 GB.
     */
    default MultipartSink upload(String key, PutCondition condition, Map<String, String> metadata) {
        return upload(key, condition, () -> metadata);
    }

    /**
     * As {@link #upload(String, PutCondition, Map)}, where the metadata says something of the content.
     *
     * @param metadata asked for once, when the first request is sent: at the commit of what fits into one part, else when the
     *     first part is full
     */
    MultipartSink upload(String key, PutCondition condition, Supplier<Map<String, String>> metadata);

    /**
     * Reads a whole object. A connection that breaks is taken up again where it broke, at the same version.
     *
     * @param expectedSha256 digest that the bytes must have, hexadecimal; checked when the end is reached
     */
    InputStream get(String key, Optional<String> expectedSha256);

    /** Reads a part of an object; exactly so many bytes, or it throws. */
    InputStream get(String key, ByteRange range);

    /** What is known about an object; empty when there is none. A missing bucket throws. */
    Optional<ObjectInfo> head(String key);

    /**
     * Objects whose keys begin with the prefix, in the order of their keys' UTF-8 bytes, read page by page as the stream
     * is consumed.
     *
     * @param startAfter only keys after this one
     */
    Stream<ObjectInfo> list(String prefix, Optional<String> startAfter);

    /** Copies an object within the store, whatever its size, with its metadata. */
    void copy(String from, String to);

    /** Removes objects; one that is not there counts as removed. */
    void delete(Collection<String> keys);

    /** Ends uploads below the prefix that were begun before that moment and never completed. Returns how many. */
    int abortStaleUploads(String prefix, Instant begunBefore);

    /** Asks the bucket whether it is there and lets us list it; throws when not. */
    void requireReachable();

    @Override
    void close();
}
