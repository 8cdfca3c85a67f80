package dev.lifeboat.platform.events.inbox;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while events cannot be taken; alive all the same: they wait in Kafka. */
@Readiness
@ApplicationScoped
class InboxHealth implements HealthCheck {
    private final InboxStatus status;

    InboxHealth(InboxStatus status) {
        this.status = status;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("inbox");
        return status.trouble()
                .map(why -> response.down().withData("missing", "the database: " + why))
                .orElseGet(response::up)
                .build();
    }
}
