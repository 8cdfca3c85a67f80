package dev.lifeboat.platform.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Named principals, each known by the digest of its token. */
final class Principals {
    static final Principals NONE = new Principals(List.of());

    /**
     * Somebody.
     *
     * @param name e.g. {@code principal/alice} or {@code service/verifier}
     * @param roles see {@link Roles}
     * @param tokenSha256 the digest of the token, in hex
     */
    record Principal(String name, Set<String> roles, String tokenSha256) {
        Principal {
            roles = roles == null ? Set.of() : Set.copyOf(roles);
        }
    }

    private final List<Principal> known;

    Principals(List<Principal> principals) {
        this.known = List.copyOf(principals);
    }

    /** Whose token this is. Compares with everybody in constant time, so that timing tells nothing of a digest. */
    Optional<Principal> of(String token) {
        byte[] digest = sha256(token);
        Principal found = null;
        for (Principal each : known) {
            if (MessageDigest.isEqual(HexFormat.of().parseHex(each.tokenSha256()), digest)) {
                found = each;
            }
        }
        return Optional.ofNullable(found);
    }

    int size() {
        return known.size();
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
