package dev.lifeboat.platform.store;

/**
 * A part of an object.
 *
 * @param first position of its first byte, from 0
 * @param length bytes, at least 1
 */
public record ByteRange(long first, long length) {
    public ByteRange {
        if (first < 0 || length < 1 || first + length < 0) {
            throw new IllegalArgumentException("no range: " + first + "+" + length);
        }
    }

    /** As an HTTP header (RFC 9110, 14.1.2). */
    String header() {
        return "bytes=" + first + "-" + (first + length - 1);
    }
}
