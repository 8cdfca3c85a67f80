package dev.lifeboat.backup.window;

import dev.lifeboat.platform.secrets.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads what pgBackRest encrypted ({@code repo-cipher-type=aes-256-cbc}): what {@code openssl enc -d -aes-256-cbc -md sha1}
 * reads. The cipher does not prove that nothing was changed: compare a digest.
 *
 * @see <a href="https://pgbackrest.org/user-guide.html#quickstart/configure-encryption">pgBackRest: Encryption</a>
 */
public final class PgBackRestCipher {
    private static final byte[] MAGIC = "Salted__".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 8;
    private static final int KEY = 32;
    private static final int VECTOR = 16;

    private PgBackRestCipher() {}

    /**
     * Decrypts a stream.
     *
     * @throws IOException when it is not encrypted that way
     */
    public static InputStream decrypt(InputStream encrypted, Secret passphrase) throws IOException {
        byte[] magic = encrypted.readNBytes(MAGIC.length);
        byte[] salt = encrypted.readNBytes(SALT);
        if (!Arrays.equals(magic, MAGIC) || salt.length != SALT) {
            throw new IOException("not encrypted by pgBackRest");
        }
        try {
            byte[] derived = derive(passphrase.reveal().getBytes(StandardCharsets.UTF_8), salt);
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(derived, 0, KEY, "AES"),
                    new IvParameterSpec(derived, KEY, VECTOR));
            return new CipherInputStream(encrypted, cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES", e);
        }
    }

    /** OpenSSL's EVP_BytesToKey with SHA-1 and one round. */
    private static byte[] derive(byte[] passphrase, byte[] salt) throws GeneralSecurityException {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        byte[] derived = new byte[KEY + VECTOR];
        byte[] last = new byte[0];
        for (int at = 0; at < derived.length; at += last.length) {
            sha1.update(last);
            sha1.update(passphrase);
            last = sha1.digest(salt);
            System.arraycopy(last, 0, derived, at, Math.min(last.length, derived.length - at));
        }
        return derived;
    }
}
