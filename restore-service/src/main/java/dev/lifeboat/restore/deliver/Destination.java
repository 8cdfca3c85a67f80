package dev.lifeboat.restore.deliver;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.lifeboat.schemas.fleet.ClusterSpec.Connection;
import dev.lifeboat.schemas.fleet.SecretRef;

/**
 * The server that databases are delivered to: that of a declared cluster, or one that is named with the request.
 *
 * @param cluster whose server it is; null with {@code connection}
 * @param user at the declared cluster's server, where the declared role may not create databases; else null
 * @param password of that user, by reference
 * @param connection to a server that is not declared; null with {@code cluster}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Destination(String cluster, String user, SecretRef password, Connection connection) {

    /** As a confirmation repeats it. */
    public String named() {
        return cluster != null ? "cluster " + cluster : connection.host() + ":" + connection.port();
    }

    /** How it is reached, by what its cluster declares now. */
    Connection reachedBy(Connection declared) {
        if (connection != null) {
            return connection;
        }
        return user == null
                ? declared
                : new Connection(
                        declared.host(),
                        declared.port(),
                        user,
                        password,
                        declared.sslMode(),
                        declared.database(),
                        declared.socketDirectory(),
                        declared.caFile());
    }
}
