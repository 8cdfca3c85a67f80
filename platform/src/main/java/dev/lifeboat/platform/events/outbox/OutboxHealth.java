package dev.lifeboat.platform.events.outbox;

import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while events cannot be sent; alive all the same: they wait in the outbox. */
@Readiness
@ApplicationScoped
class OutboxHealth implements HealthCheck {
    private final RelayRunner runner;

    OutboxHealth(RelayRunner runner) {
        this.runner = runner;
    }

    @Override
    public HealthCheckResponse call() {
        // Health is open without a token: why exactly is in the log.
        return dev.lifeboat.platform.health.Readiness.of(
                "outbox",
                runner.status()
                        .trouble()
                        .map(why -> new Failure(
                                "events.not-sent",
                                "Events wait in the outbox: Kafka or the database is away.",
                                null,
                                null,
                                "Nothing is lost. Look at the log, at Kafka, and at lifeboat_outbox_depth.")));
    }
}
