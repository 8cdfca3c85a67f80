package dev.lifeboat.platform.store;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a store says about an object without reading it.
 *
 * @param key its key, without the store's prefix
 * @param size bytes
 * @param etag what the store calls this version
 * @param modifiedAt by the store's clock
 * @param metadata its own metadata; empty in a listing
 */
public record ObjectInfo(String key, long size, String etag, Instant modifiedAt, Map<String, String> metadata) {
    /** Name of the metadata entry with the digest, hexadecimal. */
    public static final String SHA256 = "sha256";

    public ObjectInfo {
        metadata = Map.copyOf(metadata);
    }

    /** Digest that was written with it; none for one written in parts. */
    public Optional<String> sha256() {
        return Optional.ofNullable(metadata.get(SHA256));
    }
}
