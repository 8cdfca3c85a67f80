package dev.lifeboat.platform.store;

import java.time.Instant;

/**
 * An object that was written and confirmed.
 *
 * @param key its key, without the store's prefix
 * @param size bytes
 * @param sha256 digest of what was sent, hexadecimal; for one written in parts it is kept nowhere else: put it into a
 *     manifest
 * @param etag what the store calls this version
 * @param storedAt when the store had confirmed it, by our clock
 */
public record StoredObject(String key, long size, String sha256, String etag, Instant storedAt) {}
