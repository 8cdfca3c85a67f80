package dev.lifeboat.platform.time;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Mints UUIDv7: the first 48 bits are milliseconds since 1970, so ids sort by the time of their making.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">RFC 9562, 5.7</a>
 */
public final class Ids {
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** Ids whose time is read from the given clock. */
    public Ids(InstantSource clock) {
        this.clock = clock;
    }

    /** A new id, never given before. */
    public UUID next() {
        long millis = clock.millis();
        byte[] noise = new byte[10];
        random.nextBytes(noise);
        long high = (millis << 16) | 0x7000L | ((noise[0] & 0x0FL) << 8) | (noise[1] & 0xFFL);
        long low = 0;
        for (int i = 2; i < 10; i++) {
            low = (low << 8) | (noise[i] & 0xFFL);
        }
        return new UUID(high, (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
    }
}
