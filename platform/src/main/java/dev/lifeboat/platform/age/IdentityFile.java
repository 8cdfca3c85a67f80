package dev.lifeboat.platform.age;

import dev.lifeboat.platform.secrets.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An identity as {@code age-keygen} writes it, encrypted with a passphrase so that {@code openssl enc -d -aes-256-cbc -md
 * sha256 -pbkdf2 -iter 100000} gives it back: {@code age} itself asks a terminal for a passphrase, and a recovery is a script.
 *
 * @see <a href="https://docs.openssl.org/3.0/man1/openssl-enc/">openssl-enc</a>
 */
public final class IdentityFile {
    /**
     * Of PBKDF2 with HMAC-SHA-256. The passphrase is meant to be random (pgBackRest derives its keys from it in one step);
     * this makes guessing dearer, and costs a tenth of a second where the code is warm.
     */
    private static final int ITERATIONS = 100_000;

    private static final byte[] MAGIC = "Salted__".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 8;
    private static final int KEY = 32;
    private static final int IV = 16;
    private static final String PUBLIC = "# public key: ";
    private static final String SECRET = "AGE-SECRET-KEY-1";

    private IdentityFile() {}

    /** Encrypts. */
    public static byte[] seal(AgeIdentity identity, Instant createdAt, Secret passphrase) {
        byte[] salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        byte[] file = ("# created: " + createdAt + "\n" + PUBLIC + identity.recipient() + "\n"
                        + identity.secret().reveal() + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        sealed.writeBytes(MAGIC);
        sealed.writeBytes(salt);
        try {
            sealed.writeBytes(cipher(Cipher.ENCRYPT_MODE, passphrase, salt).doFinal(file));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
        return sealed.toByteArray();
    }

    /**
     * Decrypts. The cipher does not notice what was altered: the identity counts when it opens what is sealed for the
     * recipient beside it.
     *
     * @throws Age.NotForUs if nothing like an identity comes out: it was another passphrase
     * @throws IOException if it is no such file
     */
    public static AgeIdentity open(byte[] sealed, Secret passphrase) throws IOException {
        int content = MAGIC.length + SALT;
        if (sealed.length < content || !Arrays.equals(MAGIC, Arrays.copyOf(sealed, MAGIC.length))) {
            throw new IOException("not what openssl enc writes");
        }
        byte[] file;
        try {
            byte[] salt = Arrays.copyOfRange(sealed, MAGIC.length, content);
            file = cipher(Cipher.DECRYPT_MODE, passphrase, salt).doFinal(sealed, content, sealed.length - content);
        } catch (GeneralSecurityException padding) {
            throw new Age.NotForUs(padding);
        }
        String recipient = null;
        String secret = null;
        for (String line : new String(file, StandardCharsets.ISO_8859_1).lines().toList()) {
            if (line.startsWith(PUBLIC)) {
                recipient = line.substring(PUBLIC.length()).strip();
            } else if (line.startsWith(SECRET)) {
                secret = line.strip();
            }
        }
        if (recipient == null || secret == null) {
            throw new Age.NotForUs(null);
        }
        AgeIdentity identity = new AgeIdentity(recipient, Secret.of(secret));
        requirePair(identity);
        return identity;
    }

    private static void requirePair(AgeIdentity identity) throws IOException {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        try (OutputStream out = Age.seal(sealed, identity.recipient())) {
            out.write(1);
        } catch (IllegalArgumentException altered) {
            throw new IOException("its recipient is none", altered);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        try (InputStream in = Age.open(new ByteArrayInputStream(sealed.toByteArray()), identity)) {
            if (in.read() != 1) {
                throw new IOException("it opens something else");
            }
        } catch (IllegalArgumentException | IOException altered) {
            throw new IOException("its two keys do not belong together", altered);
        }
    }

    private static Cipher cipher(int mode, Secret passphrase, byte[] salt) throws GeneralSecurityException {
        // A passphrase's UTF-8 bytes are what openssl takes; Java's key factory encodes its characters that way, too.
        PBEKeySpec spec = new PBEKeySpec(passphrase.reveal().toCharArray(), salt, ITERATIONS, (KEY + IV) * Byte.SIZE);
        byte[] derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        spec.clearPassword();
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(derived, 0, KEY, "AES"), new IvParameterSpec(derived, KEY, IV));
        return cipher;
    }
}
