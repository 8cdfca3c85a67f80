package dev.lifeboat.platform.auth;

import dev.lifeboat.platform.health.Readiness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** The principals file can be used as it is now. */
@org.eclipse.microprofile.health.Readiness
@ApplicationScoped
public class PrincipalsReadiness implements HealthCheck {
    private final PrincipalsFile principals;

    PrincipalsReadiness(PrincipalsFile principals) {
        this.principals = principals;
    }

    @Override
    public HealthCheckResponse call() {
        return Readiness.of("principals-file", principals.failure());
    }
}
