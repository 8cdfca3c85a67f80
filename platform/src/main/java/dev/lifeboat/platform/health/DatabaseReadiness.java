package dev.lifeboat.platform.health;

import dev.lifeboat.platform.database.Database;
import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.logging.Logger;

/** The service's own database answers. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class DatabaseReadiness implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(DatabaseReadiness.class);

    private final Database database;

    DatabaseReadiness(Database database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        return Readiness.of("database", missing());
    }

    private Optional<Failure> missing() {
        try {
            database.useTransaction(tx -> tx.execute("select 1"));
            return Optional.empty();
        } catch (RuntimeException e) {
            // Health is open to this machine without a token: the cause belongs into the log.
            LOG.debug("the database does not answer", e);
            return Optional.of(new Failure(
                    "database.unreachable",
                    "The service's database does not answer.",
                    null,
                    null,
                    "Look at the service's log, and at PostgreSQL."));
        }
    }
}
