package dev.lifeboat.backup.adoption;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids of backups that Lifeboat did not take: UUIDv5 of what they are, so that everybody who adopts a set gives it the same.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5">RFC 9562, UUID version 5</a>
 */
final class SetIds {
    /** Of this kind of name; drawn once, and never changed. */
    private static final UUID NAMESPACE = UUID.fromString("5f0c1a52-6d0e-4f7b-9d0b-6a1c7f4f2b11");

    private SetIds() {}

    static UUID of(String systemIdentifier, String stanza, String label) {
        return version5(NAMESPACE, systemIdentifier + "/" + stanza + "/" + label);
    }

    static UUID version5(UUID namespace, String name) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16)
                    .putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits())
                    .array());
            ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
            long high = (digest.getLong() & ~0xF000L) | 0x5000L;
            long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
