package dev.lifeboat.platform.age;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.lifeboat.platform.secrets.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;

/**
 * A pair of X25519 keys: who has the {@code secret} opens what was sealed for the {@code recipient}. It never prints the
 * former.
 *
 * @param recipient {@code age1…}
 * @param secret {@code AGE-SECRET-KEY-1…}
 */
public record AgeIdentity(String recipient, Secret secret) {
    /** A new one. */
    public static AgeIdentity generate() {
        try {
            KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
            return new AgeIdentity(
                    text(pair.getPublic().getEncoded()),
                    Secret.of(text(pair.getPrivate().getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has X25519", e);
        }
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII).strip();
    }
}
