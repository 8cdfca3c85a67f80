package dev.lifeboat.platform.events.inbox;

import dev.lifeboat.schemas.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
        // Health is open without a token: why exactly is in the log.
        return dev.lifeboat.platform.health.Readiness.of(
                "inbox",
                status.trouble()
                        .map(why -> new Failure(
                                "events.not-taken",
                                "Events wait in Kafka: they cannot be taken.",
                                null,
                                null,
                                "Nothing is lost. Look at the log, and at the database.")));
    }
}
