package dev.lifeboat.restore.pointintime;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/**
 * Draws a second between two, so that anybody can draw it again: sha256 of {@code lifeboat/random-target/<seed>} as a
 * number, modulo the seconds that there are, counted from the first.
 */
final class DrawnMoment {
    private static final String LABEL = "lifeboat/random-target/";

    private DrawnMoment() {}

    /** One of the whole seconds from the first to the last, both included. */
    static Instant between(Instant first, Instant last, long seed) {
        long seconds = last.getEpochSecond() - first.getEpochSecond() + 1;
        if (seconds < 1) {
            throw new IllegalArgumentException("no second from " + first + " to " + last);
        }
        BigInteger drawn = new BigInteger(1, sha256(LABEL + seed));
        return first.plusSeconds(drawn.mod(BigInteger.valueOf(seconds)).longValueExact());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
