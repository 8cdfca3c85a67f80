package dev.lifeboat.restore.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The one role that may connect to a sandbox, and its one-time password. */
public final class SandboxRole {
    /** Its name. */
    public static final String NAME = "lifeboat_sandbox";

    /** SQL that leaves the role no session but the one that says it. */
    static final String END_OTHER_SESSIONS =
            """
            select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
             where usename = '%s' and pid <> pg_catalog.pg_backend_pid();
            """
                    .formatted(NAME);

    private static final int ITERATIONS = 4096;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SandboxRole() {}

    /** A new password: 192 random bits, letters, digits, dash and underscore. */
    public static String newPassword() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** SQL that makes the role, or gives it a new password, without ever showing the password to the server. */
    public static String statement(String password) {
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        return """
                do $lifeboat$ begin
                  if not exists (select from pg_catalog.pg_roles where rolname = '%1$s') then
                    create role %1$s;
                  end if;
                end $lifeboat$;
                alter role %1$s superuser login replication bypassrls connection limit -1 valid until 'infinity' password '%2$s';
                alter role %1$s reset all;
                """
                .formatted(NAME, verifier(password, salt, ITERATIONS));
    }

    /**
     * What PostgreSQL stores for a password.
     *
     * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-authid.html">pg_authid</a>, RFC 5802 and 7677
     */
    static String verifier(String password, byte[] salt, int iterations) {
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                    .getEncoded();
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            byte[] serverKey = hmac(salted, "Server Key");
            Base64.Encoder base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }
}
