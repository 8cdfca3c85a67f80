package dev.lifeboat.restore.deliver;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.platform.postgres.PostgresConnections;
import dev.lifeboat.platform.postgres.PostgresTarget;
import dev.lifeboat.platform.postgres.SslMode;
import dev.lifeboat.platform.secrets.SecretException;
import dev.lifeboat.platform.secrets.SecretReferences;
import dev.lifeboat.restore.archive.NotCarriedOut;
import dev.lifeboat.restore.fleet.Fleet;
import dev.lifeboat.schemas.Failure;
import dev.lifeboat.schemas.fleet.ClusterSpec.Connection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Finds the server of a destination; the password is resolved at that moment and kept in no row. */
@ApplicationScoped
public class TargetServers {
    private static final PostgresConnections CONNECTIONS =
            new PostgresConnections("lifeboat-restore", Duration.ofSeconds(15), Duration.ZERO);

    private final Database database;
    private final Fleet fleet;
    private final SecretReferences secrets;

    TargetServers(Database database, Fleet fleet, SecretReferences secrets) {
        this.database = database;
        this.fleet = fleet;
        this.secrets = secrets;
    }

    /**
     * The server.
     *
     * @throws NotCarriedOut if the cluster is not declared any more
     * @throws SecretException if the password cannot be had
     */
    public TargetServer of(Destination into) {
        Connection declared = into.cluster() == null
                ? null
                : database.inTransaction(tx -> fleet.cluster(tx, into.cluster()))
                        .orElseThrow(() -> NotCarriedOut.forGood(new Failure(
                                "cluster.not-found",
                                "The cluster that the databases shall go to is not declared.",
                                "a declared cluster",
                                into.cluster(),
                                "Declare it, or name a connection.")))
                        .spec()
                        .connection();
        Connection reached = into.reachedBy(declared);
        return new TargetServer(
                CONNECTIONS,
                new PostgresTarget(
                        reached.host(),
                        reached.port(),
                        reached.user(),
                        Optional.ofNullable(reached.password()).map(secrets::resolve),
                        reached.database() == null ? "postgres" : reached.database(),
                        Optional.ofNullable(reached.sslMode())
                                .flatMap(SslMode::of)
                                .orElse(SslMode.PREFER),
                        Optional.ofNullable(reached.caFile()).map(Path::of)));
    }
}
