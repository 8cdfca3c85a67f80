package dev.lifeboat.platform.postgres;

import dev.lifeboat.platform.secrets.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A database on a server, and who we are there.
 *
 * @param host name or address
 * @param port TCP port
 * @param user role
 * @param password of the role; none where the server asks for none
 * @param database name, whatever is in it
 * @param sslMode how much the connection is protected
 * @param caFile authority that the server's certificate must come from, PEM
 */
public record PostgresTarget(
        String host,
        int port,
        String user,
        Optional<Secret> password,
        String database,
        SslMode sslMode,
        Optional<Path> caFile) {
    public PostgresTarget {
        if (host.isBlank() || port < 1 || port > 65535 || user.isEmpty() || database.isEmpty()) {
            throw new IllegalArgumentException("host, port, user and database are needed");
        }
    }

    /** Without a certificate authority. */
    public PostgresTarget(String host, int port, String user, Secret password, String database, SslMode sslMode) {
        this(host, port, user, Optional.of(password), database, sslMode, Optional.empty());
    }

    /** The same server and role, another database. */
    public PostgresTarget withDatabase(String name) {
        return new PostgresTarget(host, port, user, password, name, sslMode, caFile);
    }

    /** For a message: where, not who. */
    public String address() {
        return host + ":" + port;
    }
}
