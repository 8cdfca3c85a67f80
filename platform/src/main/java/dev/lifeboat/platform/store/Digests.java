package dev.lifeboat.platform.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The digests that are used here. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        return named("SHA-256");
    }

    /** What the Content-MD5 header takes: every store checks that one. It protects against accidents only. */
    static String contentMd5(byte[] bytes, int length) {
        MessageDigest md5 = named("MD5");
        md5.update(bytes, 0, length);
        return Base64.getEncoder().encodeToString(md5.digest());
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest named(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
