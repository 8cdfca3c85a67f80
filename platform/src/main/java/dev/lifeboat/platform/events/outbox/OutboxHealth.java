package dev.lifeboat.platform.events.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
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
        RelayStatus status = runner.status();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("outbox")
                .withData("carriedHere", status.carrying())
                .withData("waiting", status.backlog().depth())
                .withData("oldestSeconds", Math.round(status.backlog().oldestSeconds()));
        return status.trouble()
                .map(why -> response.down().withData("missing", "Kafka or the database: " + why))
                .orElseGet(response::up)
                .build();
    }
}
