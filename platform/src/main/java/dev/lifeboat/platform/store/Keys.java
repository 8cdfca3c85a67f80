package dev.lifeboat.platform.store;

import java.nio.charset.StandardCharsets;

/**
 * Keys as their users see them, and as the bucket has them.
 *
 * @param prefix stands before each in the bucket
 */
record Keys(String prefix) {
    private static final int LONGEST = 1024;

    /** The key in the bucket. */
    String inBucket(String key) {
        String whole = prefix + key;
        if (key.isEmpty() || key.startsWith("/") || whole.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new IllegalArgumentException("not a key: " + key);
        }
        return requirePlain(whole);
    }

    /** What keys in the bucket begin with, for a prefix that may be empty or end anywhere. */
    String listing(String prefixOfKeys) {
        return prefix + prefixOfKeys;
    }

    /** The key without the prefix. */
    String ours(String inBucket) {
        return inBucket.substring(prefix.length());
    }

    /** Some stores keep objects as files: a key must not lead out of the bucket there, nor have two spellings. */
    private static String requirePlain(String key) {
        for (String segment : key.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..") || segment.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not a key: " + key);
            }
        }
        return key;
    }
}
