package dev.lifeboat.platform.postgres;

import java.util.Arrays;
import java.util.Optional;

/**
 * How much a connection is protected, as libpq and the JDBC driver name it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION">libpq: SSL Mode
 *     Descriptions</a>
 */
public enum SslMode {
    /** Never encrypted. */
    DISABLE("disable"),
    /** Encrypted only if the server insists. */
    ALLOW("allow"),
    /** Encrypted if the server can. */
    PREFER("prefer"),
    /** Encrypted, whoever the server is. */
    REQUIRE("require"),
    /** Encrypted, and the certificate is signed by a trusted authority. */
    VERIFY_CA("verify-ca"),
    /** Encrypted, and the certificate is for this very host. */
    VERIFY_FULL("verify-full");

    private final String value;

    SslMode(String value) {
        this.value = value;
    }

    /** The word for {@code sslmode}. */
    public String value() {
        return value;
    }

    /** By its word. */
    public static Optional<SslMode> of(String value) {
        return Arrays.stream(values()).filter(mode -> mode.value.equals(value)).findFirst();
    }
}
